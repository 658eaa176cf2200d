package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.timeline.Interventions;
import io.pinaudit.analyzer.trace.JavaCall;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** What the guard of the agent did, in sentences. */
final class GuardProse {
  private static final int MOST_LINES = 50;

  private GuardProse() {}

  /** Returns the title of a section about the guard. */
  static String title(Interventions interventions) {
    return "What the guard did (guard=%s): %,d %s, %s"
        .formatted(
            interventions.groups().getFirst().guarded().mode().word(),
            interventions.count(),
            interventions.count() == 1 ? "intervention" : "interventions",
            WhatIfProse.seconds(interventions.nanos()));
  }

  /** Returns what the guard did, to which call, and for whom. */
  static String done(Interventions.Group group) {
    JavaCall.Guarded guarded = group.guarded();
    String file = guarded.file().path() == null ? "" : " of " + guarded.file().path();
    String done =
        switch (guarded.deed()) {
          case KEPT -> "kept the file mapped";
          case REFUSED -> "refused";
          case WAITED -> "waited";
          case PASSED -> "let pass";
        };
    String reason = guarded.reason() == null ? "" : " (" + guarded.reason() + ")";
    return Words.printable(
        "%s%s: %s%s, which %s of thread \"%s\" was using; %,d x, %s, the longest %s"
            .formatted(
                done,
                reason,
                group.first().operation().name(),
                file,
                guarded.holder().operation().name(),
                guarded.holder().thread(),
                group.count(),
                Words.seconds(group.nanos()),
                Words.seconds(group.longestNanos())));
  }

  /** Returns what would have happened without the guard. */
  static String otherwise(Interventions.Group group) {
    String holder = group.guarded().holder().operation().name();
    return Words.printable(
        switch (group.guarded().use()) {
          case MEMORY ->
              holder
                  + " would have gone on using memory that is unmapped or freed"
                  + " (UnmappedWhilePinned)";
          case STORAGE ->
              holder
                  + " would have gone on reading or writing blocks that the file has lost"
                  + " (StorageEndpointRace)";
          case BUFFER ->
              "the pages that "
                  + holder
                  + " was using would have left the file: on DAX another file gets their blocks, or"
                  + " the call waits or hangs (FreedWhilePinned, TruncateStalledByPin); in the page"
                  + " cache what is read into them is lost (OrphanedWhilePinned)";
        });
  }

  /** Returns the program's innermost line in the call that the guard was asked about. */
  static String site(Interventions.Group group) {
    return Words.printable(
        group.first().site().map(frame -> "at " + frame).orElse("at no line of the program"));
  }

  /** Returns the program's innermost line in the call that used what would have been taken. */
  static String holderSite(Interventions.Group group) {
    return Words.printable(
        "in use at " + group.guarded().holder().site().orElse("an unknown line"));
  }

  /** Returns all interventions as lines of text. */
  static List<String> lines(Interventions interventions) {
    List<String> lines = new ArrayList<>();
    lines.add(title(interventions));
    List<Interventions.Group> groups = interventions.groups();
    groups.stream().limit(MOST_LINES).forEach(group -> lines.addAll(lines(group)));
    if (groups.size() > MOST_LINES) {
      lines.add("  and %,d more".formatted(groups.size() - MOST_LINES));
    }
    return lines;
  }

  /** Returns one group of interventions as lines of text. */
  static List<String> lines(Interventions.Group group) {
    return List.of(
        "  " + done(group),
        "      " + site(group),
        "      " + holderSite(group),
        "      without it: " + otherwise(group));
  }

  /** Prints them below a ruler; nothing if the guard did not step in. */
  static void print(Interventions interventions, PrintWriter out) {
    if (!interventions.isEmpty()) {
      out.println("-".repeat(78));
      lines(interventions).forEach(out::println);
    }
  }
}
