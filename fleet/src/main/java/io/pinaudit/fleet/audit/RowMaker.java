package io.pinaudit.fleet.audit;

import io.pinaudit.analyzer.audit.Applied;
import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.report.Excerpt;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Interventions;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.fleet.find.RunHead;
import io.pinaudit.fleet.row.CoverageRow;
import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.IndexRow;
import io.pinaudit.fleet.row.InterventionRow;
import io.pinaudit.fleet.row.RunRow;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.Mount;
import io.pinaudit.run.Origin;
import io.pinaudit.run.RunDescription;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Turns audits of the recordings of one timeline into rows. */
final class RowMaker {
  private static final int MOST_REASONS = 20;
  private static final int LONGEST_TEXT = 300;
  private static final Pattern UNPRINTABLE =
      Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}\\p{Cs}]");
  private static final Pattern LINE = Pattern.compile("\\d+\\.\\d+");

  /** A second finding of a run with the same fingerprint has {@code -2} behind it. */
  private static final Pattern SUFFIX = Pattern.compile("-\\d+$");

  /**
   * In the text of an error that another audit would meet again. All errors in the content of files
   * have it; those of disks and stores do not.
   */
  private static final Pattern REPEATS = Pattern.compile("(^|: )error: ");

  private static final String ANALYZER = version();

  private final Timeline timeline;
  private final String id;
  private final List<RunRow> runs = new ArrayList<>();
  private final List<FoundRow> findings = new ArrayList<>();
  private final List<CoverageRow> coverage = new ArrayList<>();
  private final List<InterventionRow> interventions = new ArrayList<>();

  RowMaker(Timeline timeline) {
    this.timeline = timeline;
    this.id = timeline.id();
  }

  /** Returns the version of the analyzer, by which rows are recognized. */
  static String version() {
    String version = Audit.class.getPackage().getImplementationVersion();
    return version == null ? "unknown" : version;
  }

  /**
   * Returns the rows.
   *
   * @param each whether each recording was audited by itself
   */
  PartRows rows(boolean each) {
    return new PartRows(
        List.copyOf(runs),
        List.copyOf(findings),
        List.copyOf(coverage),
        List.copyOf(interventions),
        each);
  }

  /**
   * Adds the row of a recording that could not be audited. If the error is not the recording's, no
   * analyzer has judged it, so that it is tried again.
   */
  void failed(RunHead head, String error) {
    runs.add(run(head, null, error, null));
  }

  /** Adds what the audit of some of the recordings says. */
  void audited(List<RunHead> heads, Audit audit) {
    for (int i = 0; i < heads.size(); i++) {
      RunDescription own =
          audit.inputs().recordings().isEmpty()
              ? audit.inputs().description()
              : audit.inputs().recordings().get(i).description();
      runs.add(run(heads.get(i), own, null, audit));
    }
    Common common = new Common(heads, audit);
    for (Finding one : audit.findings()) {
      findings.add(
          new FoundRow(
              common.finding(one),
              Timeline.digest(one.sites().toString()),
              one.first().began().nanos()));
    }
    audit
        .verdict()
        .rules()
        .forEach((hazard, applied) -> coverage.add(common.coverage(hazard, applied)));
    audit.ledgers().sight().interventions().groups().stream()
        .map(common::intervention)
        .forEach(interventions::add);
  }

  private RunRow run(RunHead head, RunDescription run, String error, Audit audit) {
    IndexRow row = head.row();
    return new RunRow(
        row.recording(),
        id,
        timeline.recordings().size(),
        row.host(),
        row.boot(),
        row.start(),
        head.endNanos() < 0 ? -1 : head.endNanos() - head.startNanos(),
        row.app(),
        row.version(),
        row.labels(),
        run == null ? "" : bounded(String.join(" ", run.command())),
        run == null ? -1 : run.exitStatus(),
        row.kernel(),
        line(row.kernel()),
        run == null ? List.of() : daxFileSystems(run),
        run == null ? List.of() : storage(run.origin()),
        run == null || run.toolVersion() == null ? "" : run.toolVersion(),
        error == null || REPEATS.matcher(error).find() ? ANALYZER : "",
        row.path(),
        row.bytes(),
        error == null ? RunRow.OK : RunRow.FAILED,
        error,
        audit == null ? null : lower(audit.verdict().completeness()),
        audit == null ? List.of() : reasons(audit),
        audit == null ? 0 : audit.findings().size(),
        audit == null ? 0 : audit.kernelEvents(),
        audit == null ? 0 : audit.javaCalls());
  }

  private static List<String> daxFileSystems(RunDescription run) {
    return run.mounts().stream().filter(Mount::dax).map(Mount::fsType).distinct().sorted().toList();
  }

  private static List<String> storage(Origin origin) {
    return origin.storage().stream()
        .map(one -> lower(one.kind()) + ":" + one.id())
        .distinct()
        .toList();
  }

  private static List<String> reasons(Audit audit) {
    return audit.verdict().reasons().stream().limit(MOST_REASONS).map(RowMaker::bounded).toList();
  }

  /**
   * Returns the line of a kernel's release, {@code 6.1} of {@code 6.1.0-56-amd64}: kernels of one
   * line behave alike.
   */
  static String line(String release) {
    Matcher line = LINE.matcher(release);
    return line.lookingAt() ? line.group() : release;
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String bounded(String text) {
    String printable = UNPRINTABLE.matcher(text).replaceAll("?");
    return printable.length() <= LONGEST_TEXT
        ? printable
        : printable.substring(0, LONGEST_TEXT) + "…";
  }

  /** The columns that all rows of one audit have in common. */
  private final class Common {
    private final List<RunHead> heads;
    private final Audit audit;
    private final IndexRow first;
    private final String app;
    private final String version;
    private final String kernelLine;

    Common(List<RunHead> heads, Audit audit) {
      this.heads = heads;
      this.audit = audit;
      this.first = heads.getFirst().row();
      this.app = all(IndexRow::app);
      this.version = all(IndexRow::version);
      this.kernelLine = line(first.kernel());
    }

    /** Returns the values of all applications on one timeline, joined. */
    private String all(Function<IndexRow, String> what) {
      return heads.stream()
          .map(RunHead::row)
          .map(what)
          .filter(text -> !text.isEmpty())
          .distinct()
          .sorted()
          .collect(Collectors.joining(" + "));
    }

    private Instant moment(long nanos) {
      return first.start() == null
          ? null
          : first.start().plusNanos(nanos - heads.getFirst().startNanos());
    }

    FindingRow finding(Finding finding) {
      Excerpt excerpt = Excerpt.of(audit, finding);
      FileRef file = finding.first().place().file();
      DeviceNumber device = file == null ? null : file.id().device();
      String fileSystem = device == null ? null : audit.ledgers().blocks().fileSystem(device);
      return new FindingRow(
          id,
          finding.id(),
          first.host(),
          first.boot(),
          moment(finding.first().began().nanos()),
          app,
          version,
          first.kernel(),
          kernelLine,
          fileSystem == null ? "" : fileSystem,
          device != null && audit.ledgers().blocks().dax(device).orElse(false),
          finding.rule(),
          lower(finding.severity()),
          Ranks.of(finding.severity()),
          lower(finding.certainty()),
          Ranks.of(finding.certainty()),
          SUFFIX.matcher(finding.fingerprint()).replaceFirst(""),
          finding.count(),
          finding.worst().nanos(),
          excerpt.what(),
          excerpt.place(),
          excerpt.site(),
          excerpt.holder(),
          heads.stream().map(head -> head.row().path()).toList(),
          excerpt.sample());
    }

    CoverageRow coverage(Hazard hazard, Applied applied) {
      return new CoverageRow(
          id,
          first.host(),
          first.start(),
          app,
          version,
          kernelLine,
          hazard.rule(),
          outcome(applied),
          applied.conclusive(),
          bounded(why(applied)));
    }

    InterventionRow intervention(Interventions.Group group) {
      JavaCall call = group.first();
      JavaCall.Guarded guarded = group.guarded();
      return new InterventionRow(
          id,
          first.host(),
          first.boot(),
          moment(call.started().nanos()),
          app,
          version,
          first.kernel(),
          kernelLine,
          guarded.mode().word(),
          guarded.done(),
          text(guarded.reason()),
          call.operation().name(),
          guarded.holder().operation().name(),
          guarded.use().word(),
          text(guarded.file().path()),
          text(call.site().map(Object::toString).orElse("")),
          text(guarded.holder().site().orElse("")),
          group.count(),
          group.nanos(),
          group.longestNanos());
    }

    private static String text(String orNull) {
      return orNull == null ? "" : bounded(orNull);
    }

    private static String outcome(Applied applied) {
      return switch (applied) {
        case Applied.Whole _ -> "applied";
        case Applied.RuledOut _ -> "ruled-out";
        case Applied.InPart _ -> "applied-in-part";
        case Applied.NotAtAll _ -> "not-applied";
      };
    }

    private static String why(Applied applied) {
      return switch (applied) {
        case Applied.Whole _ -> "";
        case Applied.RuledOut(String why) -> why;
        case Applied.InPart(_, List<String> unseen) -> String.join("; ", unseen);
        case Applied.NotAtAll(var missing) ->
            missing.stream().map(RowMaker::lower).sorted().collect(Collectors.joining(", "));
      };
    }
  }
}
