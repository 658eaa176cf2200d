package io.pinaudit.analyzer.whatif;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.timeline.Moment;
import io.pinaudit.analyzer.timeline.Pin;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.TraceEvent;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cost that each remedy would have had in this run, with this run's schedule. The remedies are:
 * to copy the memory before the kernel gets it, to defer the free of blocks until their pins are
 * dropped, or to wait for the pins before the call takes anything.
 *
 * @param sites the lines of code that pay, the dearest first
 * @param held how many blocks would be held back over time
 * @param unpriced how many takings have no price, because it is not known whether they happened so,
 *     or when their pins ended
 */
public record Remedies(List<Site> sites, HeldCurve held, long unpriced) {
  /**
   * A line of code.
   *
   * @param actor a thread that was at the line
   * @param uses how often it used memory of a file for I/O
   * @param copiedBytes how many bytes of it would be copied
   * @param takings how often it took pages from a file under a pin, or waited
   * @param heldBlocks how many blocks would be held back in total
   * @param heldBlockNanos the sum over these blocks of the time that each would be held back
   * @param waits how often the line would wait
   * @param waitNanos how long it would wait in total, in nanoseconds
   * @param longestNanos how long it would wait at most, in nanoseconds
   * @param deadlocks how often it would wait for ever, for a pin that the same thread drops
   * @param ended whether the ends of all pins were seen; else they cost more
   */
  public record Site(
      Actor actor,
      long uses,
      long copiedBytes,
      long takings,
      long heldBlocks,
      double heldBlockNanos,
      long waits,
      long waitNanos,
      long longestNanos,
      long deadlocks,
      boolean ended) {
    private static Site of(Actor actor) {
      return new Site(actor, 0, 0, 0, 0, 0, 0, 0, 0, 0, true);
    }

    private Site copies(long count, long bytes) {
      return new Site(
          actor,
          uses + count,
          copiedBytes + bytes,
          takings,
          heldBlocks,
          heldBlockNanos,
          waits,
          waitNanos,
          longestNanos,
          deadlocks,
          ended);
    }

    private Site takes(Taking taking) {
      Taking.Span span = taking.taken();
      boolean waited = span.nanos() > 0 && !taking.waiterHolds();
      return new Site(
          actor,
          uses,
          copiedBytes,
          takings + 1,
          heldBlocks + span.pages(),
          heldBlockNanos
              + span.drops().stream()
                  .mapToDouble(drop -> (double) drop.nanos() * drop.pages())
                  .sum(),
          waits + (waited ? 1 : 0),
          waitNanos + (waited ? span.nanos() : 0),
          Math.max(longestNanos, waited ? span.nanos() : 0),
          deadlocks + (taking.waiterHolds() ? 1 : 0),
          ended && span.ended());
    }
  }

  /** Returns the sum of all sites' copies, in bytes. */
  public long copiedBytes() {
    return sites.stream().mapToLong(Site::copiedBytes).sum();
  }

  /** Returns the sum of all sites' waits, in nanoseconds. */
  public long waitNanos() {
    return sites.stream().mapToLong(Site::waitNanos).sum();
  }

  /** Returns the sum of all sites' deadlocks. */
  public long deadlocks() {
    return sites.stream().mapToLong(Site::deadlocks).sum();
  }

  /** Watches a run and adds up the costs. Confined to one thread. */
  static final class Builder {
    private final Map<Actor.Site, Site> sites = new LinkedHashMap<>();
    private final HeldCurve.Builder held = new HeldCurve.Builder();
    private JavaCall lastUser;
    private long unpriced;

    void observe(Moment moment, Ledgers ledgers) {
      if (moment.event() instanceof TraceEvent.PinTaken taken) {
        pinned(taken, ledgers);
      } else if (moment.event() instanceof TraceEvent.CallFinished(_, JavaCall call)
          && call.error() == null
          && call.effect() instanceof JavaCall.HandsOver handed) {
        handedOver(call, handed, ledgers);
      }
    }

    private void pinned(TraceEvent.PinTaken taken, Ledgers ledgers) {
      boolean ofFile = taken.mapping() != 0 || ledgers.owners().owner(taken.pfn()) != null;
      List<Pin> there = ledgers.pins().live(new PageRange(taken.folio(), 1));
      if (ofFile && !there.isEmpty()) {
        Actor holder = there.getLast().holder();
        uses(holder, isOfLast(holder.call()) ? 0 : 1, PageRange.PAGE_BYTES);
        lastUser = holder.call();
      }
    }

    /**
     * Returns whether the last pin was of the same call: a call that pins several pages uses memory
     * once.
     */
    @SuppressWarnings("ReferenceEquality") // comparing calls field by field takes long
    private boolean isOfLast(JavaCall call) {
      return call != null && call == lastUser;
    }

    /**
     * Counts memory that a call hands over, where the kernel does not show the pins of the file.
     */
    private void handedOver(JavaCall call, JavaCall.HandsOver handed, Ledgers ledgers) {
      if (handed.buffer().id() == null
          || ledgers.sight().seesRemovals()
          || ledgers.seesBlocks(ledgers.file(handed.buffer().id()))) {
        return;
      }
      boolean references =
          switch (handed) {
            case JavaCall.Transferred transfer ->
                transfer.direct() || call.operation().keeper() == Operation.Keeper.PIPE;
            case JavaCall.Pinned pin -> !pin.alive();
          };
      if (references) {
        uses(Actor.of(call), 1, handed.bufferRange().length());
      }
    }

    private void uses(Actor actor, long count, long bytes) {
      sites.merge(
          actor.site(),
          Site.of(actor).copies(count, bytes),
          (known, _) -> known.copies(count, bytes));
    }

    void took(Taking taking) {
      if (taking.taken().pages() == 0) {
        return;
      }
      if (taking.unsure() != null) {
        unpriced++;
        return;
      }
      sites.merge(
          taking.actor().site(),
          Site.of(taking.actor()).takes(taking),
          (known, _) -> known.takes(taking));
      long began = taking.began().nanos();
      taking.taken().drops().forEach(drop -> held.hold(began, began + drop.nanos(), drop.pages()));
    }

    Remedies build() {
      return new Remedies(
          sites.values().stream()
              .sorted(
                  Comparator.comparingLong(Site::deadlocks)
                      .thenComparingLong(Site::waitNanos)
                      .thenComparingLong(Site::copiedBytes)
                      .reversed())
              .toList(),
          held.build(),
          unpriced);
    }
  }
}
