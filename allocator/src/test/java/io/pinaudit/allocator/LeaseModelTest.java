package io.pinaudit.allocator;

import static io.pinaudit.allocator.LeaseModelTest.Role.CLOSER;
import static io.pinaudit.allocator.LeaseModelTest.Role.DEFER_PINNER;
import static io.pinaudit.allocator.LeaseModelTest.Role.FREER;
import static io.pinaudit.allocator.LeaseModelTest.Role.WAITING_FREER;
import static io.pinaudit.allocator.LeaseModelTest.Role.WAIT_PINNER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * All interleavings of a few pinners, freers, waiters that give up and a closer, step by atomic
 * step as {@link Lease} and its owners take them, with the decisions of {@link LeaseState}.
 *
 * <p>In every state: storage is given back at most once, and never while somebody who was granted a
 * pin has not yet dropped it. At the end of every interleaving: storage is given back if and only
 * if a free went through, and a closer has seen the end.
 */
class LeaseModelTest {
  enum Role {
    DEFER_PINNER,
    WAIT_PINNER,
    /** Frees, and leaves it to the last unpin. */
    FREER,
    /** Frees and waits; may give up at any moment. */
    WAITING_FREER,
    CLOSER
  }

  private enum Step {
    START,
    USING,
    UNDO,
    LOCKING_TO_SETTLE,
    SETTLING,
    FREEING,
    WAITING,
    CANCELLING,
    CLOSING,
    WAITING_TO_CLOSE,
    DONE
  }

  /** What the model is checked with; tests break one of them to see the check fail. */
  private static class Rules {
    boolean settlesAfter(long word, Step step) {
      return step != Step.START && LeaseState.ends(word);
    }

    long free(long word) {
      return LeaseState.free(word);
    }

    long settle(long word) {
      return LeaseState.settle(word);
    }

    long cancel(long word) {
      return LeaseState.cancel(word);
    }
  }

  /** Everything that the threads share, and where each is. */
  private static final class State {
    long word;
    int lockedBy = -1;
    int reclaims;
    int frees;
    boolean closed;
    final Step[] at;
    final long[] seen;
    final boolean[] refused;

    State(int threads) {
      at = new Step[threads];
      Arrays.fill(at, Step.START);
      seen = new long[threads];
      refused = new boolean[threads];
    }

    State copy() {
      State copy = new State(at.length);
      copy.word = word;
      copy.lockedBy = lockedBy;
      copy.reclaims = reclaims;
      copy.frees = frees;
      copy.closed = closed;
      System.arraycopy(at, 0, copy.at, 0, at.length);
      System.arraycopy(seen, 0, copy.seen, 0, at.length);
      System.arraycopy(refused, 0, copy.refused, 0, at.length);
      return copy;
    }

    List<Object> key() {
      return List.of(
          word,
          lockedBy,
          reclaims,
          frees,
          closed,
          List.of(at),
          Arrays.stream(seen).boxed().toList(),
          Arrays.toString(refused));
    }
  }

  private final List<Role> roles = new ArrayList<>();
  private Rules rules = new Rules();

  private int explore(Role... threads) {
    roles.clear();
    roles.addAll(List.of(threads));
    Set<List<Object>> known = new HashSet<>();
    Deque<State> open = new ArrayDeque<>();
    open.add(new State(threads.length));
    while (!open.isEmpty()) {
      State state = open.pop();
      if (!known.add(state.key())) {
        continue;
      }
      List<State> next = successors(state);
      if (next.isEmpty()) {
        checkEnd(state);
      }
      open.addAll(next);
    }
    return known.size();
  }

  private List<State> successors(State state) {
    List<State> next = new ArrayList<>();
    for (int i = 0; i < roles.size(); i++) {
      step(state, i, next);
    }
    return next;
  }

  private long unit(int thread) {
    return roles.get(thread) == WAIT_PINNER ? LeaseState.WAIT_PIN : LeaseState.DEFER_PIN;
  }

  private void step(State from, int i, List<State> next) {
    State to = from.copy();
    switch (from.at[i]) {
      case START -> start(to, i, next);
      case USING, UNDO -> {
        to.word -= unit(i);
        boolean settles = rules.settlesAfter(to.word, from.at[i]);
        to.at[i] = settles ? Step.LOCKING_TO_SETTLE : Step.DONE;
        next.add(to);
      }
      case LOCKING_TO_SETTLE -> lock(to, i, Step.SETTLING, next);
      case SETTLING -> compareAndSet(to, i, rules.settle(from.seen[i]), Step.DONE, next);
      case FREEING -> {
        long after = rules.free(from.seen[i]);
        boolean waits = roles.get(i) == WAITING_FREER && !LeaseState.reclaimed(after);
        Step then = waits ? Step.WAITING : Step.DONE;
        if (LeaseState.freed(from.seen[i])) {
          to.lockedBy = -1; // a double free is refused
          to.at[i] = Step.DONE;
          next.add(to);
        } else {
          compareAndSet(to, i, after, then, next);
        }
      }
      case WAITING -> {
        if (LeaseState.reclaimed(from.word)) {
          to.at[i] = Step.DONE;
          next.add(to);
        } else {
          lock(to, i, Step.CANCELLING, next);
        }
      }
      case CANCELLING -> compareAndSet(to, i, rules.cancel(from.seen[i]), Step.DONE, next);
      case CLOSING ->
          compareAndSet(to, i, LeaseState.close(from.seen[i]), Step.WAITING_TO_CLOSE, next);
      case WAITING_TO_CLOSE -> {
        if (from.lockedBy == -1 && !LeaseState.pinned(from.word)) {
          to.closed = true;
          to.at[i] = Step.DONE;
          next.add(to);
        }
      }
      case DONE -> {}
    }
  }

  private void start(State to, int i, List<State> next) {
    switch (roles.get(i)) {
      case DEFER_PINNER, WAIT_PINNER -> {
        to.refused[i] = LeaseState.refuses(to.word);
        to.word += unit(i);
        to.at[i] = to.refused[i] ? Step.UNDO : Step.USING;
        next.add(to);
      }
      case FREER, WAITING_FREER -> lock(to, i, Step.FREEING, next);
      case CLOSER -> lock(to, i, Step.CLOSING, next);
    }
  }

  /** Takes the lock and reads the word, if nobody has it. */
  private static void lock(State to, int i, Step then, List<State> next) {
    if (to.lockedBy == -1) {
      to.lockedBy = i;
      to.seen[i] = to.word;
      to.at[i] = then;
      next.add(to);
    }
  }

  /** One turn of {@link Lease#change}; then what the owner does with the outcome, and unlock. */
  private void compareAndSet(State to, int i, long value, Step then, List<State> next) {
    if (to.word != to.seen[i]) {
      to.seen[i] = to.word;
      next.add(to);
      return;
    }
    long before = to.word;
    to.word = value;
    if (!LeaseState.reclaimed(before) && LeaseState.reclaimed(value)) {
      to.reclaims++;
      checkReclaim(to);
    }
    to.frees += outcome(to.at[i], value);
    to.lockedBy = -1;
    to.at[i] = then;
    next.add(to);
  }

  /** A free that was taken on counts, one that was given up does not. */
  private static int outcome(Step step, long value) {
    return switch (step) {
      case FREEING -> 1;
      case CANCELLING -> LeaseState.reclaimed(value) ? 0 : -1;
      default -> 0;
    };
  }

  private void checkReclaim(State state) {
    assertEquals(1, state.reclaims, "given back twice");
    for (int i = 0; i < roles.size(); i++) {
      assertTrue(state.at[i] != Step.USING, "given back while pinned");
    }
  }

  private void checkEnd(State state) {
    assertEquals(-1, state.lockedBy, "the lock was left locked");
    assertEquals(state.frees, state.reclaims, "freed " + state.frees + " times");
    assertTrue(!LeaseState.pinned(state.word), "a pin was left behind");
    assertEquals(roles.contains(CLOSER), state.closed, "the closer still waits");
    for (Step step : state.at) {
      assertEquals(Step.DONE, step);
    }
  }

  @Test
  void holdsInAllInterleavings() {
    int states =
        explore(DEFER_PINNER, FREER)
            + explore(DEFER_PINNER, DEFER_PINNER, FREER)
            + explore(DEFER_PINNER, WAIT_PINNER, FREER, FREER)
            + explore(DEFER_PINNER, WAIT_PINNER, WAITING_FREER, WAITING_FREER)
            + explore(DEFER_PINNER, WAIT_PINNER, FREER, CLOSER)
            + explore(DEFER_PINNER, DEFER_PINNER, WAIT_PINNER, FREER, WAITING_FREER)
            + explore(DEFER_PINNER, WAIT_PINNER, WAITING_FREER, CLOSER);
    assertTrue(states > 5_000, "only " + states + " states");
  }

  @Test
  void failsIfARefusedPinDoesNotSettle() {
    rules =
        new Rules() {
          @Override
          boolean settlesAfter(long word, Step step) {
            return step != Step.UNDO && super.settlesAfter(word, step);
          }
        };
    assertThrows(
        AssertionError.class, () -> explore(DEFER_PINNER, DEFER_PINNER, WAIT_PINNER, FREER));
  }

  @Test
  void failsIfFreeIgnoresPins() {
    rules =
        new Rules() {
          @Override
          long free(long word) {
            return word | LeaseState.FREEING | LeaseState.RECLAIMED;
          }
        };
    assertThrows(AssertionError.class, () -> explore(DEFER_PINNER, FREER));
  }

  @Test
  void failsIfAWaitThatGaveUpStaysAFree() {
    rules =
        new Rules() {
          @Override
          long cancel(long word) {
            return word;
          }
        };
    assertThrows(AssertionError.class, () -> explore(WAIT_PINNER, WAITING_FREER));
  }

  @Test
  void countsDoNotRunIntoEachOther() {
    long word = 0;
    long most = 1L << 19;
    for (PinPolicy policy : PinPolicy.values()) {
      word += (most - 1) * policy.pinUnit;
    }
    assertTrue(!LeaseState.refuses(word));
    assertEquals(3 * (most - 1), LeaseState.pins(word));
    for (PinPolicy policy : PinPolicy.values()) {
      assertTrue(LeaseState.full(word + policy.pinUnit));
      assertTrue(!LeaseState.freed(word + policy.pinUnit));
    }
  }
}
