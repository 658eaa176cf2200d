package io.pinaudit.agent.meet;

import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.events.MeetingWait;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds threads before calls of a plan. A meeting proves that nothing orders the two calls: both
 * threads stand before their calls at the same time, and each has all the locks that it holds
 * during the call.
 *
 * <p>Safe for any thread. A call that the plan does not name costs a look-up in a small table.
 */
public final class Rendezvous {
  /** The rendezvous of a JVM without a plan. */
  public static final Rendezvous NONE = new Rendezvous(Plan.NONE, 0);

  private static final long WAIT_NANOS = 100_000_000;
  private static final long MOST_NANOS = 5_000_000_000L;

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
   */
  public Rendezvous(Plan plan, int turn) {
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

  /** Links the code of a meeting before a thread of the application needs it. */
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

  /** Returns the threads that wait at selectors. */
  public EventLoops loops() {
    return loops;
  }

  /** Returns whether the plan has calls of an operation. */
  public boolean wants(String operation) {
    return pairs.containsKey(operation);
  }

  /** Stops holding threads, and releases the threads that are held. */
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
   * Holds the current thread before a call if the plan names the call. Returns at once if it does
   * not, else when a thread has come to the counterpart of the call, or after 100 ms.
   *
   * @return how the wait ended; null if the thread has neither waited nor met another
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
   * @param pairs the pairs of which the call is a side
   * @param mayWait whether the thread may be held; a thread of an event loop may not, but may meet
   *     a thread that is held
   */
  private record Arrival(Stand stand, List<Tries> pairs, boolean mayWait) {}

  /**
   * Returns the arrival of the current thread; null if the thread or its call is of no interest.
   */
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
    return sides.isEmpty() ? null : new Arrival(stand, sides, !stack.isLoop() && !loops.isOne());
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
    Waiter waiter;
    synchronized (this) {
      boolean worthIt = arrived(arrival.stand(), arrival.pairs()) && arrival.mayWait();
      Outcome met = meet(arrival, now);
      if (met != null) {
        return met;
      }
      boolean interrupted = JdkInternals.isInterrupted(Thread.currentThread());
      if (!worthIt || interrupted || spentNanos >= MOST_NANOS) {
        return null;
      }
      waiter = new Waiter(arrival.stand(), arrival.pairs());
      for (Tries tries : arrival.pairs()) {
        tries.waited(arrival.stand().takes());
      }
      waiters.add(waiter);
      waiting = waiters.size();
    }
    waiter.await(now + WAIT_NANOS);
    return left(waiter, now);
  }

  private static boolean arrived(Stand stand, List<Tries> candidates) {
    boolean worthIt = false;
    for (Tries tries : candidates) {
      worthIt |= tries.arrived(stand.takes());
    }
    return worthIt;
  }

  /** Lets the current thread meet a thread that waits for it, if there is one. */
  private Outcome meet(Arrival arrival, long now) {
    Stand stand = arrival.stand();
    for (Waiter waiter : waiters) {
      Reach common = waiter.stand.takes() == stand.takes() ? null : waiter.stand.common(stand);
      Tries tries = common == null ? null : waiter.shared(arrival.pairs());
      if (tries != null && waiter.stand.holds() && stand.holds()) {
        waiters.remove(waiter);
        waiting = waiters.size();
        boolean takesFirst = arrival.mayWait() ? tries.met() : stand.takes();
        waiter.pair = tries.pair();
        waiter.meeting = new Outcome.Meeting(++lastMeeting, takesFirst, common);
        LockSupport.unpark(waiter.thread);
        return new Outcome(
            tries.pair().id(), stand, now, System.nanoTime(), MeetingWait.MET, waiter.meeting);
      }
    }
    return null;
  }

  private Outcome left(Waiter waiter, long startNanos) {
    synchronized (this) {
      waiters.remove(waiter);
      waiting = waiters.size();
      spentNanos += System.nanoTime() - startNanos;
    }
    // A permit that somebody gave this thread meanwhile may be spent: parking may end without one,
    // but must not wait for one that was given.
    LockSupport.unpark(waiter.thread);
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
    private volatile Outcome.Meeting meeting;
    private volatile boolean ended;

    Waiter(Stand stand, List<Tries> candidates) {
      this.stand = stand;
      this.candidates = candidates;
      this.pair = candidates.get(0).pair();
    }

    void await(long deadlineNanos) {
      while (meeting == null && !ended && !JdkInternals.isInterrupted(thread)) {
        long left = deadlineNanos - System.nanoTime();
        if (left <= 0) {
          return;
        }
        // Not a monitor's wait: a virtual thread leaves its carrier.
        LockSupport.parkNanos(this, left);
      }
    }

    /** The pair that this thread and another one are the two sides of. */
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
