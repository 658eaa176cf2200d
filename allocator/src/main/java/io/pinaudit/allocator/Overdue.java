package io.pinaudit.allocator;

import io.pinaudit.allocator.event.PinOverdueEvent;
import io.pinaudit.allocator.hold.Later;
import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.hold.Roster;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Reports pins that outlive their deadline, and pins that hold up a free, shrink or close for too
 * long. One timer runs, set for what is due first: a pin that is closed in time leaves nothing
 * behind. Safe for any thread.
 *
 * <p>Memory ordering: a thread that adds a pin or a lease first publishes it, and then reads for
 * when the timer is set. The timer first says that it is not set, and then looks at what is due.
 * All four are volatile accesses, so at least one of the two sees what the other has written.
 */
final class Overdue {
  private static final System.Logger LOGGER = System.getLogger("io.pinaudit.allocator");
  private static final long NEVER = CountedPin.NEVER;

  /** The timer is set anew only if that saves more than this part of the time until it is due. */
  private static final int SLACK = 16;

  private final Roster<CountedPin> roster;
  private final Consumer<PinReport> onLeak;
  private final long originNanos = System.nanoTime();
  private final Map<Lease, Long> heldUp = new ConcurrentHashMap<>();
  private volatile long timerNanos = NEVER;

  Overdue(Roster<CountedPin> roster, Consumer<PinReport> onLeak) {
    this.roster = roster;
    this.onLeak = onLeak;
  }

  private long now() {
    return System.nanoTime() - originNanos;
  }

  /** Sets when a pin is due; called before the pin is added to the roster. */
  void due(CountedPin pin, Duration deadline) {
    pin.dueNanos = now() + Later.nanos(deadline);
  }

  /** Sets the timer for a pin; called when the pin was added to the roster. */
  void added(CountedPin pin) {
    long due = pin.dueNanos;
    if (due < timerNanos) {
      set(due);
    }
  }

  /** Reports the pins that still hold the lease after so long; {@link #forget} calls it off. */
  void watch(Lease lease, Duration patience) {
    long due = now() + Later.nanos(patience);
    heldUp.merge(lease, due, Math::min);
    set(due);
  }

  void forget(Lease lease) {
    heldUp.remove(lease);
  }

  /** Returns how many leases are watched; for tests. */
  int watched() {
    return heldUp.size();
  }

  private synchronized void set(long due) {
    long delay = Math.max(0, due - now());
    if (due < timerNanos - delay / SLACK) {
      timerNanos = due;
      Later.run(Duration.ofNanos(delay), () -> ring(due));
    }
  }

  /**
   * Reports what is due. The timer may have been replaced by another one, which was set for
   * something sooner; then it does nothing.
   */
  private void ring(long due) {
    List<PinReport> told = new ArrayList<>();
    synchronized (this) {
      if (timerNanos == due) {
        timerNanos = NEVER;
        lookAtAll(told);
      }
    }
    told.forEach(this::tell);
  }

  private void lookAtAll(List<PinReport> told) {
    long now = now();
    long[] next = {NEVER};
    roster.forEach(
        pin -> {
          if (pin.dueNanos <= now && pin.isOpen()) {
            told.add(pin.report());
            pin.dueNanos = NEVER;
          }
          next[0] = Math.min(next[0], pin.isOpen() ? pin.dueNanos : NEVER);
        });
    List<Lease> late = new ArrayList<>();
    heldUp.forEach(
        (lease, when) -> {
          if (when > now) {
            next[0] = Math.min(next[0], when);
          } else if (heldUp.remove(lease, when) && isHeld(lease)) {
            late.add(lease);
          }
        });
    told.addAll(Lease.pinsOf(late));
    if (next[0] != NEVER) {
      set(next[0]);
    }
  }

  private static boolean isHeld(Lease lease) {
    long word = lease.word();
    return LeaseState.pinned(word) && !LeaseState.reclaimed(word);
  }

  private void tell(PinReport pin) {
    PinOverdueEvent event = new PinOverdueEvent();
    event.owner = pin.owner();
    event.name = pin.name();
    event.holder = pin.thread();
    event.takenAt = pin.takenAt().isEmpty() ? "" : pin.takenAt().getFirst().toString();
    event.commit();
    try {
      onLeak.accept(pin);
    } catch (RuntimeException e) {
      LOGGER.log(Level.ERROR, "who is told of pins that outlived their time has failed", e);
    }
  }
}
