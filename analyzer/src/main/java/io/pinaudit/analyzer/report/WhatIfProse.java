package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.TraceEvent.Mapped;
import io.pinaudit.analyzer.whatif.AsIfOnDax;
import io.pinaudit.analyzer.whatif.Case;
import io.pinaudit.analyzer.whatif.Forecast;
import io.pinaudit.analyzer.whatif.KernelTable;
import io.pinaudit.analyzer.whatif.Remedies;
import io.pinaudit.analyzer.whatif.Taking;
import java.util.Locale;

/**
 * Makes the sentences about what a run would have been elsewhere. They never say what did happen.
 */
final class WhatIfProse {
  static final String ONE_SCHEDULE =
      "One run is one schedule: another may pin longer, free sooner, or do neither.";

  private static final double NANOS_PER_SECOND = 1e9;

  private final Prose prose;

  WhatIfProse(Audit audit) {
    this.prose = new Prose(audit);
  }

  /** Returns a forecast in two or three words. */
  static String cell(Forecast forecast) {
    return switch (forecast.outcome()) {
      case FREES, ORPHANS -> forecast.outcome().word() + " " + pages(forecast.pages());
      case WAITS -> "waits " + seconds(forecast.nanos()) + (forecast.ended() ? "" : " or more");
      case HANGS, NOTHING, REFUSES, MIXED, FAULTS, WITHHELD -> forecast.outcome().word();
    };
  }

  /** Returns what was done to what, as the title of a case. */
  static String title(Case one) {
    Taking first = one.first();
    return "%s %s, then %s%s%s"
        .formatted(
            one.id(),
            Words.printable(first.holder().operation()),
            Words.printable(first.actor().operation()),
            one.count() == 1 ? "" : ", %,d times".formatted(one.count()),
            one.findings().isEmpty() ? "" : " (" + String.join(", ", one.findings()) + ")");
  }

  /** Returns the file, and the facts on which kernels decide. */
  String facts(Case one) {
    Taking taking = one.longest();
    return "%s; %s pinned, %s of them taken; %s%s"
        .formatted(
            prose.file(taking.file()),
            pages(taking.awaited().pages()),
            taking.taken().pages() == 0 ? "none" : Long.toString(taking.taken().pages()),
            mapped(taking),
            taking.unsure() == null ? "" : "; perhaps: " + taking.unsure().words());
  }

  private static String mapped(Taking taking) {
    return switch (taking.act()) {
      case EVICT -> "the file went with its last name and its last user";
      case TRUNCATE ->
          switch (taking.mapped()) {
            case Mapped.BY_SOMEBODY -> "the file was mapped";
            case Mapped.BY_NOBODY -> "nobody had the file mapped";
            case Mapped.UNKNOWN -> "whether anybody had the file mapped is not known";
          };
    };
  }

  /** Returns a row of the table, as the source of a forecast. */
  static String row(KernelTable.Row row) {
    return "%s, %s, %s: %s (%s)"
        .formatted(row.operation(), row.fileSystem(), row.versions(), row.does(), row.knownFrom());
  }

  /** Returns the innermost line of the application; if there is none, the operation. */
  static String site(Actor actor) {
    return actor.call() == null
        ? Words.printable(actor.operation() + " by " + actor.task())
        : Words.printable(
            actor
                .call()
                .site()
                .map(frame -> actor.operation() + " at " + frame)
                .orElse(actor.operation()));
  }

  /** Returns what would have happened, in one sentence. */
  String would(AsIfOnDax.Would would, KernelTable.Version kernel) {
    Forecast forecast = would.forecast();
    String where = "on " + would.fileSystem() + " with DAX, Linux " + kernel + ", ";
    String what = Words.printable(would.which().first().actor().operation());
    return switch (forecast.outcome()) {
      case FREES ->
          where
              + what
              + " would free "
              + pages(forecast.pages())
              + " under the pin, and another file could get them; the pin would live on for "
              + atLeast(forecast);
      case HANGS ->
          where
              + what
              + " would wait for ever: "
              + (would.which().first().waiterHolds()
                  ? "the thread that waits is the one that would drop the pin"
                  : "nothing would wake it");
      case WAITS -> where + what + " would wait for the pin, " + atLeast(forecast);
      case NOTHING, REFUSES, MIXED, FAULTS, ORPHANS -> where + what + " would do no harm";
      case WITHHELD -> "not said: " + forecast.why();
    };
  }

  /** Returns the sentence for a run of which no harm is foretold. */
  static String nothingBad(AsIfOnDax dax) {
    if (!dax.withheld().isEmpty()) {
      return "nothing bad would have happened that can be said";
    }
    return dax.harmless() == 0
        ? "no page of a file without DAX was taken while pinned (of files with DAX, other kernels"
            + " tell more)"
        : "nothing bad would have happened";
  }

  private static String atLeast(Forecast forecast) {
    return (forecast.ended() ? "" : "at least ") + seconds(forecast.nanos());
  }

  /** Returns the costs of all sites, one sentence for each remedy. */
  static String total(Remedies remedies) {
    return "COPY %s; DEFER %s at the peak, %s; WAIT %s%s"
        .formatted(
            Words.bytes(remedies.copiedBytes()),
            blocks(remedies.held().peak()),
            blockSeconds(remedies.held().blockNanos()),
            seconds(remedies.waitNanos()),
            remedies.deadlocks() == 0
                ? ""
                : ", and %,d %s for ever"
                    .formatted(remedies.deadlocks(), remedies.deadlocks() == 1 ? "wait" : "waits"));
  }

  static String unpriced(Remedies remedies) {
    return "not priced: %,d, because it is not known whether they happened so, or when their pins ended"
        .formatted(remedies.unpriced());
  }

  static String blockSeconds(double blockNanos) {
    return String.format(Locale.ROOT, "%,.3f block-seconds", blockNanos / NANOS_PER_SECOND);
  }

  static String seconds(long nanos) {
    return String.format(Locale.ROOT, "%,.3f s", nanos / NANOS_PER_SECOND);
  }

  static String pages(long count) {
    return "%,d %s".formatted(count, count == 1 ? "page" : "pages");
  }

  static String blocks(long count) {
    return "%,d %s".formatted(count, count == 1 ? "block" : "blocks");
  }

  /** Returns the heading of a column. */
  static String fileSystem(String type) {
    return type.equals(KernelTable.CACHE) ? "page cache" : type + " DAX";
  }
}
