package io.pinaudit.agent.meet;

import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.CallStack;
import io.pinaudit.agent.stand.Reach;
import io.pinaudit.agent.stand.Stand;
import io.pinaudit.events.MeetingWait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds threads before calls of a plan. A meeting proves that the two calls are not ordered: both
 * threads stand before them at the same time, each with all the locks that it holds.
 *
 * <p>Any thread. A call that the plan does not name costs a look into a small table.
 */
public final class Rendezvous {
  /** Without a plan. */
  public static final Rendezvous NONE = new Rendezvous(Plan.NONE, 0, 0);

  private static final long WAIT_NANOS = 100_000_000;
  // For a thread that is held while another one is, before a call on the same side.
  private static final long SHORT_NANOS = 25_000_000;
  private static final int MOST_LOOKS = 4;
  private static final long MOST_NANOS = 5_000_000_000L;

  // Less than a short I/O takes.
  private static final long USUAL_HEAD_START_NANOS = 200_000;

  private final int turn;
  private final long headStartNanos;
  private final EventLoops loops = new EventLoops();
  // By operation. Replaced by an empty one when something goes wrong.
  private volatile Map<String, List<Tries>> pairs;
  // Guarded by this, as is what follows. Volatile to be looked at without the lock.
  private volatile int waiting;
  private final List<Waiter> waiters = new ArrayList<>();
  private long spentNanos;
  private long lastMeeting;

  /**
   * Makes the rendezvous of one JVM.
   *
   * @param turn the number of this run among several of one plan: which side waits more often, and
   *     which goes first, alternates
   * @param headStartMillis how long the call that goes second stays behind; 0 for the usual time
   */
  public Rendezvous(Plan plan, int turn, int headStartMillis) {
    this.turn = turn;
    headStartNanos =
        headStartMillis == 0
            ? USUAL_HEAD_START_NANOS
            : TimeUnit.MILLISECONDS.toNanos(headStartMillis);
    Map<String, List<Tries>> byOperation = new HashMap<>();
    for (PlanPair pair : plan.pairs()) {
      Tries tries = new Tries(pair, turn);
      add(byOperation, pair.hands().operation(), tries);
      if (!pair.takes().operation().equals(pair.hands().operation())) {
        add(byOperation, pair.takes().operation(), tries);
      }
    }
    pairs = Map.copyOf(byOperation);
    if (!byOperation.isEmpty()) {
      rehearse();
    }
  }

  /** Links code before a thread of the application needs it. */
  private static void rehearse() {
    CallStack.ofThisThread();
    JdkInternals.isInterrupted(Thread.currentThread());
  }

  private static void add(Map<String, List<Tries>> byOperation, String operation, Tries tries) {
    List<Tries> known = byOperation.get(operation);
    if (known == null) {
      known = new ArrayList<>();
      byOperation.put(operation, known);
    }
    known.add(tries);
  }

  /** Returns which threads wait at selectors. */
  public EventLoops loops() {
    return loops;
  }

  /** Returns whether the plan has calls of an operation. */
  public boolean wants(String operation) {
    return pairs.containsKey(operation);
  }

  /** Waits no more, and lets go whoever waits. */
  public void end() {
    pairs = Map.of();
    synchronized (this) {
      for (Waiter waiter : waiters) {
        waiter.ended = true;
        LockSupport.unpark(waiter.thread);
      }
    }
  }

  /**
   * Holds the current thread before a call that it is about to make. Returns at once if the plan
   * does not have the call, when its counterpart has come, or after 100 ms.
   *
   * @return null if the thread has neither waited nor met anybody
   */
  public Outcome stand(Stand stand) {
    try {
      Arrival arrival = arrival(stand);
      return arrival == null ? null : arrive(arrival);
    } catch (Throwable t) {
      // Whatever it is, the application must not be held by something broken.
      end();
      throw t;
    }
  }

  /**
   * A thread that stands before a call of the plan.
   *
   * @param pairs of which the call is a side
   * @param mayWait false in an event loop, which may meet somebody who waits, but does not wait
   */
  private record Arrival(Stand stand, List<Tries> pairs, boolean mayWait) {}

  /** Returns null if the current thread, or its call, is of no interest. */
  private Arrival arrival(Stand stand) {
    List<Tries> named = pairs.get(stand.operation());
    if (named == null
        || stand.reaches().isEmpty()
        || waiting == 0 && !mayWait(named, stand.takes())
        || JdkInternals.isOfTheJvm(Thread.currentThread())) {
      return null;
    }
    CallStack stack = CallStack.ofThisThread();
    List<Tries> sides = stack == null ? List.of() : sides(stand, named, stack.frames());
    if (sides.isEmpty()) {
      return null;
    }
    boolean byArena = stand.takes() && stack.closesArena();
    return new Arrival(
        byArena ? stand.inClosingArena() : stand, sides, !stack.isLoop() && !loops.isOne());
  }

  private static List<Tries> sides(Stand stand, List<Tries> named, List<String> frames) {
    List<Tries> sides = new ArrayList<>(1);
    for (Tries tries : named) {
      PlanPair.Site site = tries.pair().side(stand.takes());
      if (site.operation().equals(stand.operation()) && site.matches(frames)) {
        sides.add(tries);
      }
    }
    return sides;
  }

  private synchronized boolean mayWait(List<Tries> named, boolean taking) {
    for (Tries tries : named) {
      if (tries.isLeft(taking)) {
        return spentNanos < MOST_NANOS;
      }
    }
    return false;
  }

  private Outcome arrive(Arrival arrival) {
    long now = System.nanoTime();
    Waiter waiter = null;
    for (int i = 0; i < MOST_LOOKS && waiter == null; i++) {
      Waiter other = counterpart(arrival);
      // Not under the lock: it may look at a file system.
      boolean holds = other != null && other.stand.holds() && arrival.stand().holds();
      synchronized (this) {
        if (holds && waiters.contains(other)) {
          return meet(arrival, other, now);
        }
        if (counterpart(arrival) == other) {
          waiter = waiter(arrival, now);
          if (waiter == null) {
            return null;
          }
        }
      }
    }
    if (waiter == null) {
      return null;
    }
    try {
      waiter.await();
    } finally {
      leave(waiter, now);
    }
    return outcome(waiter, now);
  }

  /** Adds the current thread to those who wait; null if it is not to wait. */
  @SuppressWarnings("GuardedBy") // called with the lock
  private Waiter waiter(Arrival arrival, long now) {
    List<Tries> worthIt = arrived(arrival.stand(), arrival.pairs());
    boolean interrupted = JdkInternals.isInterrupted(Thread.currentThread());
    if (worthIt.isEmpty() || !arrival.mayWait() || interrupted || spentNanos >= MOST_NANOS) {
      return null;
    }
    Waiter waiter = new Waiter(arrival.stand(), arrival.pairs(), now + WAIT_NANOS);
    shorten(waiter, now + SHORT_NANOS);
    charge(worthIt, arrival.stand().takes());
    waiters.add(waiter);
    waiting = waiters.size();
    return waiter;
  }

  /**
   * Has threads that are held on the same side for the same file wait for unequal times. One of
   * them may have to go on before the counterpart of the others can come: if all waited equally
   * long, none would be there any more. In a run of an even number the first one waits longer than
   * the others, in a run of an odd number shorter.
   */
  @SuppressWarnings("GuardedBy") // called with the lock
  private void shorten(Waiter latest, long deadlineNanos) {
    for (Waiter first : waiters) {
      if (first.stand.takes() == latest.stand.takes() && first.stand.isAboutAFileOf(latest.stand)) {
        (turn % 2 == 0 ? latest : first).shorten(deadlineNanos);
        return;
      }
    }
  }

  /** Counts a call; returns the pairs for which the call is worth a wait. */
  private static List<Tries> arrived(Stand stand, List<Tries> candidates) {
    List<Tries> worthIt = new ArrayList<>(1);
    for (Tries tries : candidates) {
      if (tries.arrived(stand.takes())) {
        worthIt.add(tries);
      }
    }
    return worthIt;
  }

  /**
   * Counts a wait for the pairs that name the most frames: a pair of fewer frames, which many calls
   * match, keeps its waits for calls that no other pair matches.
   */
  private static void charge(List<Tries> pairs, boolean taking) {
    int most = 0;
    for (Tries tries : pairs) {
      most = Math.max(most, tries.pair().side(taking).frames().size());
    }
    for (Tries tries : pairs) {
      if (tries.pair().side(taking).frames().size() == most) {
        tries.waited(taking);
      }
    }
  }

  /** Returns a thread that waits for the current one; null if there is none. */
  private synchronized Waiter counterpart(Arrival arrival) {
    for (Waiter waiter : waiters) {
      if (waiter.common(arrival.stand()) != null && waiter.shared(arrival.pairs()) != null) {
        return waiter;
      }
    }
    return null;
  }

  /** Lets the current thread meet one that waits for it. */
  private Outcome meet(Arrival arrival, Waiter waiter, long now) {
    Stand stand = arrival.stand();
    Tries tries = waiter.shared(arrival.pairs());
    arrived(stand, arrival.pairs());
    waiters.remove(waiter);
    waiting = waiters.size();
    boolean takesFirst = arrival.mayWait() ? tries.met() : stand.takes();
    waiter.pair = tries.pair();
    waiter.meeting =
        new Outcome.Meeting(++lastMeeting, takesFirst, waiter.common(stand), headStartNanos);
    LockSupport.unpark(waiter.thread);
    return new Outcome(
        tries.pair().id(), stand, now, System.nanoTime(), MeetingWait.MET, waiter.meeting);
  }

  private synchronized void leave(Waiter waiter, long startNanos) {
    waiters.remove(waiter);
    waiting = waiters.size();
    spentNanos += System.nanoTime() - startNanos;
  }

  private static Outcome outcome(Waiter waiter, long startNanos) {
    JdkInternals.givePermitBack();
    String result =
        waiter.meeting != null
            ? MeetingWait.MET
            : JdkInternals.isInterrupted(waiter.thread)
                ? MeetingWait.INTERRUPTED
                : MeetingWait.ALONE;
    return new Outcome(
        waiter.pair.id(), waiter.stand, startNanos, System.nanoTime(), result, waiter.meeting);
  }

  /** A thread that is held; compared by identity. */
  private static final class Waiter {
    private final Thread thread = Thread.currentThread();
    private final Stand stand;
    private final List<Tries> candidates;
    private PlanPair pair;
    private volatile long deadlineNanos;
    private volatile Outcome.Meeting meeting;
    private volatile boolean ended;

    Waiter(Stand stand, List<Tries> candidates, long deadlineNanos) {
      this.stand = stand;
      this.candidates = candidates;
      this.pair = candidates.get(0).pair();
      this.deadlineNanos = deadlineNanos;
    }

    /** Returns what both calls are about; null if they are no counterparts. */
    Reach common(Stand other) {
      return stand.takes() == other.takes() ? null : stand.common(other);
    }

    // Guarded by the lock; only the thread itself reads it without.
    void shorten(long nanos) {
      if (nanos - deadlineNanos < 0) {
        deadlineNanos = nanos;
        LockSupport.unpark(thread);
      }
    }

    void await() {
      while (meeting == null && !ended && !JdkInternals.isInterrupted(thread)) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
          return;
        }
        // Not a monitor's wait: a virtual thread leaves its carrier.
        LockSupport.parkNanos(this, left);
      }
    }

    /** Returns the pair whose two sides are this thread and another one. */
    // Each pair has one object.
    @SuppressWarnings("ReferenceEquality")
    Tries shared(List<Tries> others) {
      for (Tries mine : candidates) {
        for (Tries theirs : others) {
          if (mine == theirs) {
            return mine;
          }
        }
      }
      return null;
    }
  }
}
