package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Verdict;
import io.pinaudit.analyzer.rule.Finding;
import io.pinaudit.analyzer.rule.Place;
import io.pinaudit.analyzer.rule.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.linux.DeviceNumber;
import java.io.PrintStream;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The report for people, in KASAN's order: what, where, pinned by, freed by, reused by, dropped,
 * mapped by, and the picture of the extent.
 */
public final class TextReport {
  private static final String RULER = "=".repeat(78);
  private static final long LATE_WAKE_UP_NANOS = 200_000_000;
  private static final int SHOWN_INSTANCES = 20;
  private static final int SHOWN_FRAMES = 12;
  private static final int SHOWN_IGNORED = 10;
  private static final double NANOS_PER_SECOND = 1e9;

  private final Audit audit;
  private final PrintStream out;

  private TextReport(Audit audit, PrintStream out) {
    this.audit = audit;
    this.out = out;
  }

  /** Prints the report. */
  public static void print(Audit audit, PrintStream out) {
    new TextReport(audit, out).print();
  }

  private void print() {
    int number = 0;
    for (Finding finding : audit.findings()) {
      number++;
      finding(number, finding);
    }
    summary();
  }

  private void finding(int number, Finding finding) {
    Finding.Instance first = finding.first();
    line(RULER);
    format(
        "F%d %s [%s, %s]",
        number, finding.rule(), lower(finding.severity()), lower(finding.certainty()));
    line("  what      " + what(finding.rule(), first));
    line("  where     " + where(first.place()));
    first.steps().forEach(step -> step(step, first));
    if (first.step(Step.Role.DROPPED).isEmpty() && first.step(Step.Role.PINNED).isPresent()) {
      line("  dropped   not before the end of the recording");
    }
    first.step(Step.Role.FREED).ifPresent(_ -> ExtentPicture.of(first).forEach(this::line));
    others(finding);
    line("  rule      docs/rules/" + finding.rule() + ".md");
    line("");
  }

  private String what(String rule, Finding.Instance instance) {
    String blocks = blocks(instance.place());
    String lasted =
        seconds(instance.nanos()) + (instance.ended() ? "" : " and until the recording ended");
    return switch (rule) {
      case "FreedWhilePinned" -> blocks + " freed while pinned; the pin lived on for " + lasted;
      case "ReusedWhilePinned" ->
          blocks
              + " given to "
              + instance.step(Step.Role.REUSED).map(step -> file(step.place().file())).orElse("?")
              + " while pinned; the pin lived on for "
              + lasted;
      case "TruncateStalledByPin" ->
          instance.step(Step.Role.STALLED).map(step -> step.actor().operation()).orElse("?")
              + (instance.ended() ? " waited " : " has been waiting ")
              + lasted
              + " for a pin"
              + outlived(instance);
      default -> blocks;
    };
  }

  /** A wait that goes on after the pin was dropped was not woken up in time. */
  private static String outlived(Finding.Instance instance) {
    long dropped =
        instance.step(Step.Role.DROPPED).map(step -> step.stamp().nanos()).orElse(Long.MAX_VALUE);
    long started = instance.step(Step.Role.STALLED).orElseThrow().stamp().nanos();
    long after = dropped == Long.MAX_VALUE ? 0 : started + instance.nanos() - dropped;
    return after > LATE_WAKE_UP_NANOS
        ? ", " + seconds(after) + " of it after the pin was dropped"
        : "";
  }

  private static String blocks(Place place) {
    long count = place.blockCount();
    return count + (count == 1 ? " block (" : " blocks (") + bytes(count * 4096) + ")";
  }

  private String where(Place place) {
    StringBuilder text = new StringBuilder(file(place.file()));
    if (!place.ranges().isEmpty()) {
      text.append(", bytes ").append(join(place.ranges()));
    }
    if (!place.blocks().isEmpty()) {
      text.append(", block")
          .append(place.blockCount() == 1 ? " " : "s ")
          .append(join(place.blocks()));
    }
    if (place.file() != null) {
      text.append(" of ").append(device(place.file().id().device()));
    }
    return text.toString();
  }

  private static String join(List<?> ranges) {
    String shown = ranges.stream().limit(8).map(Object::toString).collect(Collectors.joining(", "));
    return ranges.size() > 8 ? shown + " and " + (ranges.size() - 8) + " more ranges" : shown;
  }

  private String device(DeviceNumber number) {
    String name = audit.ledgers().blocks().name(number);
    String type = audit.ledgers().blocks().fileSystem(number);
    String both = name.equals(number.toString()) ? name : name + " (" + number + ")";
    return printable(type == null ? both : both + ", " + type);
  }

  private String file(FileRef file) {
    if (file == null) {
      return "a file that was not observed";
    }
    String path = audit.ledgers().names().path(file);
    String inode = "inode " + file.id().inode();
    return path == null ? inode + " (name not observed)" : printable(path) + " (" + inode + ")";
  }

  private void step(Step step, Finding.Instance instance) {
    String label =
        switch (step.role()) {
          case PINNED -> "pinned by";
          case FREED -> "freed by";
          case STALLED -> "stalled";
          case REUSED -> "reused by";
          case DROPPED -> "dropped";
          case MAPPED -> "mapped by";
        };
    format("  %-9s %s", label, headline(step, instance));
    frames(step);
  }

  private String headline(Step step, Finding.Instance instance) {
    String who = who(step.actor()) + at(step.stamp());
    return switch (step.role()) {
      case PINNED ->
          step.actor().operation()
              + (step.count() > 1 ? ", " + step.count() + " calls" : "")
              + target(step.actor())
              + who
              + (instance.ambiguous()
                  ? "; one of several pins of these pages, of which one lived"
                  : "");
      case FREED -> step.actor().operation() + ", blocks " + join(step.place().blocks()) + who;
      case STALLED -> step.actor().operation() + who;
      case REUSED ->
          file(step.place().file())
              + through(step.actor())
              + ", blocks "
              + join(step.place().blocks())
              + who;
      case DROPPED -> step.count() + (step.count() == 1 ? " page" : " pages") + who;
      case MAPPED -> step.actor().operation() + mapping(step.actor().call()) + who;
    };
  }

  private static String through(Actor actor) {
    return actor.call() == null && actor.syscall() == null
        ? " through a call that was not observed"
        : " through " + actor.operation();
  }

  private String target(Actor actor) {
    return actor.call() != null
            && actor.call().effect() instanceof JavaCall.Transferred transfer
            && transfer.storage().path() != null
        ? " with " + printable(transfer.storage().path())
        : "";
  }

  private static String mapping(JavaCall call) {
    return call != null && call.effect() instanceof JavaCall.Mapped mapped
        ? " of bytes %s at 0x%x, %s"
            .formatted(mapped.range(), mapped.address(), printable(String.valueOf(mapped.mode())))
        : "";
  }

  private static String who(Actor actor) {
    String task = actor.task().isEmpty() ? "" : " \"" + printable(actor.task()) + "\"";
    return " (thread " + actor.tid() + task + ")";
  }

  private String at(Stamp stamp) {
    return " at +%s, %s".formatted(seconds(stamp.nanos() - audit.startNanos()), stamp.source());
  }

  private void frames(Step step) {
    if (step.role() == Step.Role.DROPPED) {
      return;
    }
    JavaCall call = step.actor().call();
    if (call == null || call.stack().isEmpty()) {
      line("              no Java stack was observed");
      return;
    }
    // The JDK's own frames above the application's line say nothing that the operation does not.
    List<Frame> frames = call.stack();
    int site = call.site().map(frames::indexOf).orElse(0);
    frames.stream()
        .skip(site)
        .limit(SHOWN_FRAMES)
        .forEach(frame -> line("              at " + printable(frame.toString())));
    if (frames.size() - site > SHOWN_FRAMES) {
      line("              … " + (frames.size() - site - SHOWN_FRAMES) + " more");
    }
  }

  private void others(Finding finding) {
    List<Finding.Instance> rest = finding.instances().subList(1, finding.instances().size());
    if (rest.isEmpty()) {
      return;
    }
    format("  again     %d more through the same lines:", rest.size());
    rest.stream().limit(SHOWN_INSTANCES).forEach(this::another);
    if (rest.size() > SHOWN_INSTANCES) {
      format("              and %d more", rest.size() - SHOWN_INSTANCES);
    }
  }

  private void another(Finding.Instance instance) {
    Stamp when =
        instance
            .step(Step.Role.REUSED)
            .or(() -> instance.step(Step.Role.FREED))
            .or(() -> instance.step(Step.Role.STALLED))
            .orElse(instance.steps().getFirst())
            .stamp();
    String victim =
        instance
            .step(Step.Role.REUSED)
            .map(step -> ", given to " + file(step.place().file()))
            .orElse("");
    line(
        "              "
            + where(instance.place())
            + victim
            + at(when)
            + ", "
            + seconds(instance.nanos()));
  }

  private void summary() {
    line(RULER);
    Verdict verdict = audit.verdict();
    format(
        "%s; the run is %s (%,d kernel events, %,d Java calls)",
        count(audit.findings().size()),
        lower(verdict.completeness()),
        audit.kernelEvents(),
        audit.javaCalls());
    verdict.reasons().forEach(reason -> line("  not sure: " + printable(reason)));
    verdict
        .notApplicable()
        .forEach(
            (rule, missing) ->
                line(
                    "  not applied: "
                        + rule
                        + ", no evidence of "
                        + missing.stream()
                            .map(evidence -> lower(evidence))
                            .collect(Collectors.joining(", "))));
    String ignored =
        audit.diagnostics().ignored().entrySet().stream()
            .limit(SHOWN_IGNORED)
            .map(entry -> entry.getKey() + " " + entry.getValue())
            .collect(Collectors.joining(", "));
    if (!ignored.isEmpty()) {
      line("  events without use: " + printable(ignored));
    }
    audit.diagnostics().shown().forEach(line -> line("  " + printable(line)));
    if (audit.inputs().description() != null) {
      audit
          .inputs()
          .description()
          .kernelWarnings()
          .forEach(line -> line("  kernel log: " + printable(line)));
    }
  }

  /** Control characters of a trace must not reach a terminal. */
  private void line(String text) {
    out.println(printable(text));
  }

  @SuppressWarnings("AnnotateFormatMethod") // the annotation would need a dependency
  private void format(String pattern, Object... values) {
    line(String.format(Locale.ROOT, pattern, values));
  }

  private static String count(int findings) {
    return switch (findings) {
      case 0 -> "no findings";
      case 1 -> "1 finding";
      default -> findings + " findings";
    };
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%.6f s", nanos / NANOS_PER_SECOND);
  }

  private static String bytes(long count) {
    return count >= 1 << 20 && count % (1 << 20) == 0
        ? (count >> 20) + " MiB"
        : (count >> 10) + " KiB";
  }

  /** Control characters of a trace must not reach a terminal. */
  static String printable(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", "?");
  }
}
