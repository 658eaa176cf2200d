package io.pinaudit.fleet.report;

import io.pinaudit.fleet.row.FindingRow;
import io.pinaudit.fleet.row.RunRow;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.util.List;
import java.util.Map;

/** Writes the report as text for a terminal. */
final class TextFleet {
  private static final int MOST_SHOWN = 20;

  private final Summary summary;

  TextFleet(Summary summary) {
    this.summary = summary;
  }

  void write(Writer writer) throws IOException {
    PrintWriter out = new PrintWriter(writer);
    out.println(headline(summary));
    for (Standing standing : Standing.values()) {
      sightings(standing, out);
    }
    matrix(out);
    sites(out);
    coverage(out);
    silent(out);
    failures(out);
    if (out.checkError()) {
      throw new IOException("text report: write failed");
    }
  }

  /**
   * Returns the headline: {@code 2,000 runs of 200 hosts on 7 days; 1,800 are complete, 3 could not
   * be audited}.
   */
  static String headline(Summary summary) {
    return "%,d %s of %,d %s on %,d %s; %,d complete, %,d could not be audited"
        .formatted(
            summary.runs(),
            summary.runs() == 1 ? "run" : "runs",
            summary.hosts(),
            summary.hosts() == 1 ? "host" : "hosts",
            summary.days().size(),
            summary.days().size() == 1 ? "day" : "days",
            summary.completeRuns(),
            summary.failed());
  }

  private void sightings(Standing standing, PrintWriter out) {
    List<Sighting> all = summary.sightings(standing);
    if (all.isEmpty() && standing != Standing.NEW) {
      return;
    }
    out.printf("%n%s: %s%n", title(standing), all.isEmpty() ? "nothing" : all.size());
    all.stream().limit(MOST_SHOWN).forEach(one -> sighting(one, out));
    if (all.size() > MOST_SHOWN) {
      out.printf("  and %,d more%n", all.size() - MOST_SHOWN);
    }
  }

  /** Returns a title such as {@code New since 2026-11-30}. */
  private String title(Standing standing) {
    return switch (standing) {
      case NEW -> "New since " + summary.since();
      case REGRESSED -> "Came back since " + summary.since();
      case ONGOING -> "Before and since " + summary.since();
      case TOO_FEW_RUNS ->
          "Not seen since " + summary.since() + ", in too few complete runs to tell";
      case NOT_SEEN -> "Not seen since " + summary.since();
    };
  }

  private static void sighting(Sighting one, PrintWriter out) {
    FindingRow worst = one.worst();
    out.printf(
        "  %s %s [%s, %s] %s%n",
        one.fingerprint(), worst.rule(), worst.severity(), worst.certainty(), worst.app());
    out.printf("    what   %s%n", worst.what());
    out.printf("    seen   %s%n", one.evidence());
    out.printf(
        "    on     Linux %s%s%n",
        String.join(", ", one.kernels()),
        one.versions().isEmpty() ? "" : "; versions " + String.join(", ", one.versions()));
    if (!worst.site().isEmpty()) {
      out.printf("    at     %s%n", worst.site());
    }
    out.printf("    show   %s%n", Reproduce.command(worst.paths(), worst.finding()));
  }

  private void matrix(PrintWriter out) {
    if (summary.firing().isEmpty()) {
      return;
    }
    out.printf(
        "%nWhere: timelines with the finding, of all, and how many could be wholly judged%n");
    for (String rule : summary.firing()) {
      out.printf("  %s%n", rule);
      for (String kernel : summary.kernels()) {
        for (String fileSystem : summary.fileSystems()) {
          Summary.Count count = summary.count(new Summary.Cell(kernel, fileSystem, rule));
          if (count != null) {
            out.printf(
                "    Linux %-6s %-12s %,d of %,d, %,d wholly judged%n",
                kernel, fileSystem, count.hazardous(), count.timelines(), count.conclusive());
          }
        }
      }
    }
  }

  private void sites(PrintWriter out) {
    if (!summary.sites().isEmpty()) {
      out.printf("%nLines of Java, by hosts%n");
      summary
          .sites()
          .forEach(
              site ->
                  out.printf(
                      "  %,6d  %s (%s)%n",
                      site.hosts(), site.line(), String.join(", ", site.rules())));
    }
  }

  private void coverage(PrintWriter out) {
    out.printf("%nCoverage: timelines that each rule could wholly judge%n");
    for (Summary.RuleCoverage rule : summary.coverage()) {
      out.printf("  %-22s %,d of %,d%s%n", rule.rule(), rule.conclusive(), rule.all(), parts(rule));
    }
    if (!summary.reasons().isEmpty()) {
      out.printf("  why not%n");
      summary
          .reasons()
          .forEach(reason -> out.printf("  %,6d  %s%n", reason.getValue(), reason.getKey()));
    }
  }

  private static String parts(Summary.RuleCoverage rule) {
    StringBuilder parts = new StringBuilder();
    for (Map.Entry<String, Long> outcome : rule.outcomes().entrySet()) {
      parts
          .append(parts.isEmpty() ? " (" : ", ")
          .append("%s %,d".formatted(outcome.getKey(), outcome.getValue()));
    }
    return parts.isEmpty() ? "" : parts.append(')').toString();
  }

  private void silent(PrintWriter out) {
    List<Summary.Silent> silent = summary.silent();
    if (!silent.isEmpty()) {
      out.printf("%nSilent hosts: %,d%n", silent.size());
      silent.stream()
          .limit(MOST_SHOWN)
          .forEach(one -> out.printf("  %s, last run on %s%n", one.host(), one.last()));
    }
  }

  private void failures(PrintWriter out) {
    if (summary.failed() > 0) {
      out.printf("%nNot audited: %,d%n", summary.failed());
      for (RunRow run : summary.failures()) {
        out.printf("  %s%n    %s%n", run.path(), run.error());
      }
    }
  }
}
