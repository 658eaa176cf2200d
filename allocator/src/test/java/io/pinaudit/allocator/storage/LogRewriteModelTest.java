package io.pinaudit.allocator.storage;

import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All interleavings of a thread that commits, frees and flushes, of the one that writes the next
 * log, of one that has to finish it at once, and of crashes, as {@link LogRewrite} has it. Three
 * extents, one block each: the first two are committed at the beginning, so that they are before
 * and behind the place that the copy has reached.
 *
 * <p>After a crash each record that was not forced may be there or not: a log is read up to the
 * first that is missing, and either of two superblocks that differ may be the one that counts. In
 * every state what is read has to be what the application was told is durable, or any state after
 * that up to the present one.
 */
class LogRewriteModelTest {
  /** A mistake in the protocol. */
  enum Flaw {
    SUPERBLOCK_BEFORE_THE_LOG_IS_FORCED,
    FLUSH_FORCES_THE_PRESENT_LOG_ONLY,
    FLUSH_FORCES_THE_NEXT_LOG_ONLY,
    CHANGES_OF_WHAT_IS_COPIED_ARE_LEFT_OUT,
    FREES_OF_WHAT_IS_COPIED_ARE_LEFT_OUT,
    CHANGES_BEHIND_THE_COPY_ARE_NOT_COPIED,
    CHANGES_WHILE_SWITCHING_ARE_LEFT_OUT,
    /** The first extent of the copy is skipped. */
    COPY_SKIPS_ONE,
    SWITCHED_AFTER_ONE_SUPERBLOCK,
    PIECE_COUNTS_AS_FORCED_BEFORE_IT_IS
  }

  private static final int EXTENTS = 3;

  /** Values of {@link State#slots} when nobody writes to the present log any more. */
  private static final int DONE = 3;

  private static final int DONE_TOO_EARLY = 4;
  private static final int MOST_CHANGES = 3;

  /** The committed extents are bits of a mask; a record sets or clears one of them. */
  private static int apply(int mask, int record) {
    return record > 0 ? mask | 1 << record - 1 : mask & ~(1 << -record - 1);
  }

  /** What a log says if it has its first records only. */
  private static int replay(List<Integer> log, int length) {
    int mask = 0;
    for (int i = 0; i < length; i++) {
      mask = apply(mask, log.get(i));
    }
    return mask;
  }

  /**
   * Everything.
   *
   * @param present records of the present log
   * @param next records of the next log
   * @param forced how many of each are durable: of the present log, of the next log
   * @param slots how many superblocks name the next log durably; -1 while none is written
   * @param copied how many extents the copy has passed
   * @param history the masks after each change
   * @param told of these, which the application knows to be durable
   * @param flush what a flush under way will make durable, and force of each log; empty if none is
   * @param piece how much of the next log a piece under way will have forced; -1 if none is
   */
  private record State(
      List<Integer> present,
      List<Integer> next,
      List<Integer> forced,
      int slots,
      int copied,
      List<Integer> history,
      int told,
      List<Integer> flush,
      int piece) {
    boolean isSwitching() {
      return slots >= 0;
    }

    boolean isDone() {
      return slots >= DONE;
    }

    int mask() {
      return history.getLast();
    }

    State withForced(int ofPresent, int ofNext) {
      List<Integer> both =
          List.of(Math.max(forced.get(0), ofPresent), Math.max(forced.get(1), ofNext));
      return new State(present, next, both, slots, copied, history, told, flush, piece);
    }

    State withSlots(int number) {
      return new State(present, next, forced, number, copied, history, told, flush, piece);
    }

    State withTold(int number) {
      int most = Math.max(told, number);
      return new State(present, next, forced, slots, copied, history, most, flush, piece);
    }

    State withFlush(List<Integer> begun) {
      return new State(present, next, forced, slots, copied, history, told, begun, piece);
    }

    State withPiece(int until) {
      return new State(present, next, forced, slots, copied, history, told, flush, until);
    }

    State withCopied(List<Integer> records, int passed) {
      return new State(present, records, forced, slots, passed, history, told, flush, piece);
    }

    State changed(List<Integer> inPresent, List<Integer> inNext, int mask) {
      return new State(
          inPresent, inNext, forced, slots, copied, with(history, mask), told, flush, piece);
    }
  }

  private static List<Integer> with(List<Integer> list, int one) {
    List<Integer> longer = new ArrayList<>(list);
    longer.add(one);
    return List.copyOf(longer);
  }

  private Flaw flaw;

  private boolean has(Flaw one) {
    return flaw == one;
  }

  private int explore() {
    State first =
        new State(List.of(1, 2), List.of(), List.of(2, 0), -1, 0, List.of(3), 0, List.of(), -1);
    Set<State> known = new HashSet<>();
    Deque<State> open = new ArrayDeque<>(List.of(first));
    while (!open.isEmpty()) {
      State state = open.pop();
      if (known.add(state)) {
        crash(state);
        open.addAll(successors(state));
      }
    }
    return known.size();
  }

  private List<State> successors(State state) {
    List<State> all = new ArrayList<>();
    if (state.history.size() <= MOST_CHANGES) {
      for (int extent = 1; extent <= EXTENTS; extent++) {
        boolean there = (state.mask() & 1 << extent - 1) != 0;
        all.add(change(state, there ? -extent : extent));
      }
    }
    all.add(state.flush.isEmpty() ? beginFlush(state) : endFlush(state));
    if (!state.isDone()) {
      all.addAll(rewrite(state));
      all.add(finishNow(state));
    }
    return all;
  }

  private State change(State state, int record) {
    List<Integer> present = state.isDone() ? state.present : with(state.present, record);
    return state.changed(
        present,
        goesToNext(state, record) ? with(state.next, record) : state.next,
        apply(state.mask(), record));
  }

  private boolean goesToNext(State state, int record) {
    if (state.isDone()) {
      return true;
    }
    if (state.isSwitching()) {
      return !has(Flaw.CHANGES_WHILE_SWITCHING_ARE_LEFT_OUT);
    }
    boolean copied = Math.abs(record) <= state.copied;
    boolean leftOut =
        has(Flaw.CHANGES_OF_WHAT_IS_COPIED_ARE_LEFT_OUT)
            || (has(Flaw.FREES_OF_WHAT_IS_COPIED_ARE_LEFT_OUT) && record < 0);
    return copied && !leftOut;
  }

  /** Under the lock: what is to be forced, and what is durable then. */
  private State beginFlush(State state) {
    boolean ofPresent =
        !state.isDone() && !(state.isSwitching() && has(Flaw.FLUSH_FORCES_THE_NEXT_LOG_ONLY));
    boolean ofNext =
        state.isDone() || (state.isSwitching() && !has(Flaw.FLUSH_FORCES_THE_PRESENT_LOG_ONLY));
    return state.withFlush(
        List.of(
            ofPresent ? state.present.size() : 0,
            ofNext ? state.next.size() : 0,
            state.history.size() - 1));
  }

  private static State endFlush(State state) {
    return state
        .withForced(state.flush.get(0), state.flush.get(1))
        .withTold(state.flush.get(2))
        .withFlush(List.of());
  }

  /** What the thread that writes the next log may do now; each write and force is a step. */
  private List<State> rewrite(State state) {
    if (state.piece >= 0) {
      return List.of(state.withForced(0, state.piece).withPiece(-1));
    }
    if (state.copied < EXTENTS) {
      State more = copy(state);
      return List.of(more, more.withPiece(more.next.size()));
    }
    if (!state.isSwitching()) {
      boolean early = has(Flaw.SUPERBLOCK_BEFORE_THE_LOG_IS_FORCED);
      State begun = state.withSlots(0);
      return List.of(
          has(Flaw.PIECE_COUNTS_AS_FORCED_BEFORE_IT_IS) || early
              ? begun
              : begun.withPiece(state.next.size()));
    }
    if (state.slots == 1 && has(Flaw.SWITCHED_AFTER_ONE_SUPERBLOCK)) {
      return List.of(state.withSlots(DONE_TOO_EARLY));
    }
    return List.of(state.withSlots(state.slots + 1));
  }

  private State copy(State state) {
    int extent = state.copied + 1;
    boolean skipped = has(Flaw.COPY_SKIPS_ONE) && extent == 1;
    // A mistake: to copy the extents that there were when the copy began.
    int mask =
        has(Flaw.CHANGES_BEHIND_THE_COPY_ARE_NOT_COPIED) ? state.history.getFirst() : state.mask();
    boolean there = (mask & 1 << extent - 1) != 0;
    return state.withCopied(there && !skipped ? with(state.next, extent) : state.next, extent);
  }

  /** An operation that finds no room does all that is left, under the lock. */
  private State finishNow(State state) {
    State at = state;
    while (at.copied < EXTENTS) {
      at = copy(at);
    }
    boolean forces =
        !has(Flaw.SUPERBLOCK_BEFORE_THE_LOG_IS_FORCED)
            && !has(Flaw.PIECE_COUNTS_AS_FORCED_BEFORE_IT_IS);
    return at.withForced(0, forces ? at.next.size() : 0).withSlots(DONE).withPiece(-1);
  }

  /** What is read after a crash now, whatever of the unforced records is there. */
  private static void crash(State state) {
    // Of the superblocks that are being written one may be there already and the other torn.
    // That may be in the future, too: as long as one names the present log it may come to count.
    boolean present = state.slots < 2 || state.slots == DONE_TOO_EARLY;
    boolean next = state.isSwitching() && (state.slots > 0 || state.piece < 0);
    if (present) {
      readable(state, state.present, state.forced.get(0));
    }
    if (next) {
      readable(state, state.next, state.forced.get(1));
    }
  }

  private static void readable(State state, List<Integer> log, int forced) {
    for (int length = forced; length <= log.size(); length++) {
      int found = replay(log, length);
      List<Integer> allowed = state.history.subList(state.told, state.history.size());
      if (!allowed.contains(found)) {
        throw new AssertionError("found " + found + " in " + state);
      }
    }
  }

  @Test
  void losesNothing() {
    int states = explore();
    assertTrue(states > 10_000, "only " + states + " states");
  }

  @ParameterizedTest
  @EnumSource
  void seesAMistake(Flaw mistake) {
    flaw = mistake;
    assertThrows(AssertionError.class, this::explore);
  }
}
