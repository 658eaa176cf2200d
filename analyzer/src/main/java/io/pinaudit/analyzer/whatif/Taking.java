package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.finding.Doubt;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent.Mapped;
import java.util.List;
import java.util.stream.Stream;

/**
 * One call that took pages from a file while pages of it were pinned, or that waited before it did.
 *
 * @param act the way in which the call took the pages
 * @param actor who took them
 * @param holder who had pinned the first of them
 * @param file the pinned pages' file
 * @param fileSystem its type; null if unknown
 * @param dax whether it is on a DAX file system
 * @param mapped whether any process had the file mapped at that moment
 * @param began when the call began to take pages, or to wait
 * @param awaited pins of the file that lived when the call began
 * @param taken pins among them whose pages went with the call, or with what it did next
 * @param here the outcome in this run
 * @param waiterHolds whether the thread that took the pages also dropped pins on them afterwards
 * @param byDevice whether a device ends what is waited for, and no thread
 * @param unsure why the taking may not have happened this way; null if it surely did
 */
public record Taking(
    Act act,
    Actor actor,
    Actor holder,
    FileRef file,
    String fileSystem,
    boolean dax,
    Mapped mapped,
    Stamp began,
    Span awaited,
    Span taken,
    Outcome here,
    boolean waiterHolds,
    boolean byDevice,
    Doubt unsure) {
  /**
   * Returns the same taking, with what is known of whether the file was mapped: it is known if the
   * kernel did what it does with mapped files only, or with other files only.
   *
   * @param kernel the kernel of the run; null if unknown
   */
  Taking withMapped(KernelTable table, KernelTable.Version kernel) {
    boolean unknown = act == Act.TRUNCATE && mapped == Mapped.UNKNOWN && dax;
    if (!unknown || kernel == null || fileSystem == null) {
      return this;
    }
    List<Mapped> may =
        Stream.of(Mapped.BY_SOMEBODY, Mapped.BY_NOBODY)
            .filter(
                one ->
                    table
                        .row(TableOperation.of(act, one), fileSystem, kernel)
                        .filter(row -> row.outcome() == here)
                        .isPresent())
            .toList();
    return may.size() == 1 ? with(may.getFirst()) : this;
  }

  private Taking with(Mapped known) {
    return new Taking(
        act,
        actor,
        holder,
        file,
        fileSystem,
        dax,
        known,
        began,
        awaited,
        taken,
        here,
        waiterHolds,
        byDevice,
        unsure);
  }

  /**
   * Pinned pages, and how long they were still pinned from the beginning of the call on.
   *
   * @param pages the number of pages
   * @param nanos the time until the last pin was dropped, or to the end of the recording, in
   *     nanoseconds
   * @param ended whether the last drop was seen
   * @param drops when pins were dropped, in order of time
   */
  public record Span(long pages, long nanos, boolean ended, List<Drop> drops) {}

  /**
   * A number of pages that were pinned until a time after the beginning of the call, in
   * nanoseconds.
   */
  public record Drop(long nanos, long pages) {}
}
