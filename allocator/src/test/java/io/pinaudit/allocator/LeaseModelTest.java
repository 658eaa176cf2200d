package io.pinaudit.allocator;

import static io.pinaudit.allocator.LeaseModelTest.Role.CLOSER;
import static io.pinaudit.allocator.LeaseModelTest.Role.DEFER_PINNER;
import static io.pinaudit.allocator.LeaseModelTest.Role.DETACHER;
import static io.pinaudit.allocator.LeaseModelTest.Role.FAST_FREER;
import static io.pinaudit.allocator.LeaseModelTest.Role.FREER;
import static io.pinaudit.allocator.LeaseModelTest.Role.PLAIN_PINNER;
import static io.pinaudit.allocator.LeaseModelTest.Role.PLAIN_WAIT_PINNER;
import static io.pinaudit.allocator.LeaseModelTest.Role.WAITING_FREER;
import static io.pinaudit.allocator.LeaseModelTest.Role.WAIT_PINNER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.allocator.hold.LeaseState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * All interleavings of a few pinners, freers, waiters that give up and a closer, step by atomic
 * step as {@link Lease} and its owners take them, with the decisions of {@link LeaseState}. Each
 * look at a note is a step of its own.
 *
 * <p>In every state: storage is given back at most once, and neither it is nor the memory unmapped
 * while somebody who was granted a pin has not yet dropped it. At the end of every interleaving:
 * storage is given back if and only if a free went through, and a closer has seen the end.
 */
class LeaseModelTest {
  enum Role {
    DEFER_PINNER,
    WAIT_PINNER,
    /** Holds by a note. */
    PLAIN_PINNER,
    PLAIN_WAIT_PINNER,
    /** Holds by a note, and then by being counted. */
    DETACHER,
    /** Frees, and leaves it to the last unpin. */
    FREER,
    /** Frees without the lock if it can. */
    FAST_FREER,
    /** Frees and waits; may give up at any moment. */
    WAITING_FREER,
    CLOSER
  }

  /** A mistake in the protocol, and threads that show it. */
  enum Flaw {
    A_REFUSED_PIN_DOES_NOT_SETTLE(DEFER_PINNER, DEFER_PINNER, WAIT_PINNER, FREER),
    A_REFUSED_NOTE_DOES_NOT_SETTLE(PLAIN_PINNER, PLAIN_PINNER, FREER),
    FREE_IGNORES_PINS(DEFER_PINNER, FREER),
    FREE_IGNORES_NOTES(PLAIN_PINNER, FREER),
    A_FREE_WITHOUT_THE_LOCK_IGNORES_NOTES(PLAIN_PINNER, FAST_FREER),
    FREE_READS_NOTES_TOO_EARLY(PLAIN_PINNER, PLAIN_PINNER, FREER),
    A_WAIT_THAT_GAVE_UP_STAYS_A_FREE(WAIT_PINNER, WAITING_FREER),
    /** Without a fence between the note and the look at the word. */
    PIN_READS_THE_WORD_BEFORE_ITS_NOTE(PLAIN_PINNER, PLAIN_PINNER, FREER),
    /** Without a fence between the end of the note and the look at the word. */
    UNPIN_READS_THE_WORD_BEFORE_ITS_NOTE(PLAIN_PINNER, FREER),
    SETTLE_IGNORES_NOTES(PLAIN_PINNER, DEFER_PINNER, FREER),
    DETACH_ENDS_THE_NOTE_FIRST(DETACHER, FREER),
    CLOSE_READS_THE_WORD_BEFORE_THE_NOTES(DETACHER, CLOSER),
    CLOSE_DOES_NOT_WAIT_FOR_THE_LAST_SETTLE(WAIT_PINNER, WAITING_FREER, CLOSER);

    @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
    private final Role[] roles;

    Flaw(Role... roles) {
      this.roles = roles;
    }
  }

  private enum Step {
    START,
    NOTED,
    USING,
    USING_NOTED,
    USING_BOTH,
    REFUSED,
    REFUSED_NOTED,
    NOTE_GONE,
    LOCKING_TO_SETTLE,
    FREEING,
    CLOSING,
    /**
     * Under the lock, for the thread's {@link Purpose}: are there notes, each of them, the word.
     */
    LOOKING,
    SCANNING,
    READING,
    SETTLING,
    WAITING,
    CANCELLING,
    WAITING_TO_CLOSE,
    DONE;

    boolean isUsing() {
      return this == USING || this == USING_NOTED || this == USING_BOTH;
    }
  }

  /** What word and notes are read for. */
  private enum Purpose {
    NONE,
    FREE,
    SETTLE,
    SETTLED,
    CLOSE
  }

  /** What is known of one thread. */
  private static final class Actor implements Cloneable {
    Step at = Step.START;
    Purpose purpose = Purpose.NONE;
    boolean hasNote;
    long seen;
    long noted;
    int scanned;

    Actor copy() {
      try {
        return (Actor) clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }

    List<Object> key() {
      return List.of(at, purpose, hasNote, seen, noted, scanned);
    }
  }

  /** Everything that the threads share, and where each is. */
  private static final class State {
    long word;
    int lockedBy = -1;
    int reclaims;
    int frees;

    /** The close waits for it. */
    boolean holding;

    boolean closed;
    final Actor[] actors;

    State(int threads) {
      actors = new Actor[threads];
      Arrays.setAll(actors, i -> new Actor());
    }

    State copy() {
      State copy = new State(actors.length);
      copy.word = word;
      copy.lockedBy = lockedBy;
      copy.reclaims = reclaims;
      copy.frees = frees;
      copy.holding = holding;
      copy.closed = closed;
      Arrays.setAll(copy.actors, i -> actors[i].copy());
      return copy;
    }

    List<Object> key() {
      return List.of(
          word,
          lockedBy,
          reclaims,
          frees,
          holding,
          closed,
          Arrays.stream(actors).map(Actor::key).toList());
    }
  }

  private final List<Role> roles = new ArrayList<>();
  private Flaw flaw;

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
      Step before = state.actors[i].at;
      if (before == Step.WAITING) {
        waiting(state, i, next);
      } else if (before != Step.DONE) {
        State to = state.copy();
        if (step(to, i)) {
          next.add(to);
        }
      }
    }
    return next;
  }

  private long unit(int thread) {
    Role role = roles.get(thread);
    return role == WAIT_PINNER || role == PLAIN_WAIT_PINNER
        ? LeaseState.WAIT_PIN
        : LeaseState.DEFER_PIN;
  }

  /** False if the thread has to wait. */
  private boolean step(State to, int i) {
    Actor actor = to.actors[i];
    switch (actor.at) {
      case START -> {
        return start(to, i);
      }
      case NOTED -> noted(to, actor);
      case USING, REFUSED -> unpin(to, i);
      case USING_NOTED -> useNoted(to, i);
      case USING_BOTH -> {
        actor.hasNote = false;
        actor.at = Step.USING;
      }
      case REFUSED_NOTED -> {
        actor.hasNote = false;
        actor.at = flaw == Flaw.A_REFUSED_NOTE_DOES_NOT_SETTLE ? Step.DONE : Step.NOTE_GONE;
      }
      case NOTE_GONE -> noteGone(to, actor);
      case LOCKING_TO_SETTLE -> {
        return lock(to, i, Step.LOOKING, Purpose.SETTLE);
      }
      case FREEING, CLOSING, CANCELLING -> change(to, actor);
      case LOOKING -> look(to, actor);
      case SCANNING -> scan(to, actor);
      case READING -> {
        if (flaw != Flaw.CLOSE_READS_THE_WORD_BEFORE_THE_NOTES || actor.purpose != Purpose.CLOSE) {
          actor.seen = to.word;
        }
        read(to, i);
      }
      case SETTLING -> settle(to, i);
      case WAITING_TO_CLOSE -> {
        return close(to, actor);
      }
      case WAITING, DONE -> throw new AssertionError();
    }
    return true;
  }

  private boolean start(State to, int i) {
    Actor actor = to.actors[i];
    switch (roles.get(i)) {
      case DEFER_PINNER, WAIT_PINNER -> {
        actor.at = LeaseState.refuses(to.word) ? Step.REFUSED : Step.USING;
        to.word += unit(i);
      }
      case PLAIN_PINNER, PLAIN_WAIT_PINNER, DETACHER -> {
        actor.seen = to.word;
        actor.hasNote = flaw != Flaw.PIN_READS_THE_WORD_BEFORE_ITS_NOTE;
        actor.at = Step.NOTED;
      }
      case FAST_FREER -> {
        long ignored = flaw == Flaw.A_FREE_WITHOUT_THE_LOCK_IGNORES_NOTES ? LeaseState.NOTED : 0;
        if ((to.word & ~ignored) != 0) {
          return lock(to, i, Step.FREEING, Purpose.FREE);
        }
        // Lease.reclaimUnpinned: the word says that nothing holds it, in the same atomic step.
        to.frees++;
        reclaimIfSaid(to, to.word | LeaseState.FREEING | LeaseState.RECLAIMED);
        actor.at = Step.DONE;
      }
      case FREER, WAITING_FREER -> {
        boolean early = flaw == Flaw.FREE_READS_NOTES_TOO_EARLY;
        return lock(to, i, early ? Step.LOOKING : Step.FREEING, Purpose.FREE);
      }
      case CLOSER -> {
        return lock(to, i, Step.CLOSING, Purpose.CLOSE);
      }
    }
    return true;
  }

  /** {@link Lease#admit}. */
  private void noted(State to, Actor actor) {
    long before = actor.hasNote ? to.word : actor.seen;
    actor.hasNote = true;
    if (!LeaseState.admits(before)) {
      before = to.word;
      to.word |= LeaseState.NOTED;
    }
    actor.at = LeaseState.refuses(before) ? Step.REFUSED_NOTED : Step.USING_NOTED;
    actor.seen = 0;
  }

  /** {@link Lease#release}. */
  private void unpin(State to, int i) {
    Actor actor = to.actors[i];
    to.word -= unit(i);
    boolean settles =
        LeaseState.ends(to.word)
            && !(flaw == Flaw.A_REFUSED_PIN_DOES_NOT_SETTLE && actor.at == Step.REFUSED);
    actor.at = settles ? Step.LOCKING_TO_SETTLE : Step.DONE;
  }

  private void useNoted(State to, int i) {
    Actor actor = to.actors[i];
    if (roles.get(i) != DETACHER) {
      actor.seen = to.word;
      actor.hasNote = flaw == Flaw.UNPIN_READS_THE_WORD_BEFORE_ITS_NOTE;
      actor.at = Step.NOTE_GONE;
    } else if (flaw == Flaw.DETACH_ENDS_THE_NOTE_FIRST && actor.hasNote) {
      actor.hasNote = false;
    } else {
      to.word += unit(i);
      actor.at = Step.USING_BOTH;
    }
  }

  /** {@link Lease#unnoted}. */
  private void noteGone(State to, Actor actor) {
    long word = flaw == Flaw.UNPIN_READS_THE_WORD_BEFORE_ITS_NOTE ? actor.seen : to.word;
    actor.hasNote = false;
    actor.at = LeaseState.ends(word) ? Step.LOCKING_TO_SETTLE : Step.DONE;
    actor.seen = 0;
  }

  /** Takes the lock and reads the word, if nobody has it. */
  private static boolean lock(State to, int i, Step then, Purpose purpose) {
    if (to.lockedBy != -1) {
      return false;
    }
    Actor actor = to.actors[i];
    to.lockedBy = i;
    actor.seen = to.word;
    actor.at = then;
    actor.purpose = purpose;
    return true;
  }

  private static void unlock(State to, Actor actor, Step then) {
    to.lockedBy = -1;
    actor.seen = 0;
    actor.noted = 0;
    actor.purpose = Purpose.NONE;
    actor.at = then;
  }

  /** One turn of {@link Lease#change}. */
  private void change(State to, Actor actor) {
    if (to.word != actor.seen) {
      actor.seen = to.word;
      return;
    }
    long before = to.word;
    switch (actor.at) {
      case FREEING -> {
        if (LeaseState.freed(before) || (before & LeaseState.CLOSING) != 0) {
          unlock(to, actor, Step.DONE); // a double free is refused, and one after a close
          return;
        }
        to.frees++;
        reclaimIfSaid(to, free(before));
        boolean early = flaw == Flaw.FREE_READS_NOTES_TOO_EARLY;
        actor.at = early ? Step.READING : Step.LOOKING;
        actor.purpose = Purpose.FREE;
      }
      case CANCELLING -> {
        to.frees -= LeaseState.reclaimed(before) ? 0 : 1;
        to.word =
            flaw == Flaw.A_WAIT_THAT_GAVE_UP_STAYS_A_FREE ? before : LeaseState.cancel(before);
        unlock(to, actor, Step.DONE);
      }
      default -> {
        to.word = LeaseState.close(before);
        actor.at = Step.LOOKING;
        actor.seen = to.word;
      }
    }
  }

  private long free(long word) {
    boolean ignores =
        flaw == Flaw.FREE_IGNORES_PINS
            || (flaw == Flaw.FREE_IGNORES_NOTES && !LeaseState.held(word));
    return ignores ? word | LeaseState.FREEING | LeaseState.RECLAIMED : LeaseState.free(word);
  }

  private void reclaimIfSaid(State to, long word) {
    boolean reclaims = LeaseState.reclaimed(word) && !LeaseState.reclaimed(to.word);
    to.word = word;
    if (reclaims) {
      to.reclaims++;
      assertEquals(1, to.reclaims, "given back twice");
      assertTrue(!to.closed, "given back after the end");
      requireNobodyUses(to);
    }
  }

  private static void requireNobodyUses(State to) {
    for (Actor actor : to.actors) {
      assertTrue(!actor.at.isUsing(), "taken away while pinned");
    }
  }

  private void look(State to, Actor actor) {
    actor.noted = 0;
    actor.scanned = 0;
    boolean looks =
        LeaseState.looksForNotes(to.word)
            && !(flaw == Flaw.SETTLE_IGNORES_NOTES && actor.purpose == Purpose.SETTLE);
    actor.at = looks ? Step.SCANNING : afterNotes(to, actor);
  }

  private Step afterNotes(State to, Actor actor) {
    boolean early = flaw == Flaw.FREE_READS_NOTES_TOO_EARLY && !LeaseState.freed(to.word);
    return early && actor.purpose == Purpose.FREE ? Step.FREEING : Step.READING;
  }

  private void scan(State to, Actor actor) {
    if (to.actors[actor.scanned].hasNote) {
      actor.noted += unit(actor.scanned);
    }
    actor.scanned++;
    if (actor.scanned == roles.size()) {
      actor.scanned = 0;
      actor.at = afterNotes(to, actor);
    }
  }

  /** The word after the notes. */
  private void read(State to, int i) {
    Actor actor = to.actors[i];
    long all = actor.seen + actor.noted;
    switch (actor.purpose) {
      case FREE, SETTLE -> actor.at = Step.SETTLING;
      case SETTLED -> {
        to.holding &= holdsClose(all);
        unlock(to, actor, Step.DONE);
      }
      case CLOSE -> {
        to.holding = holdsClose(all);
        unlock(to, actor, Step.WAITING_TO_CLOSE);
      }
      case NONE -> throw new AssertionError();
    }
  }

  private boolean holdsClose(long word) {
    return flaw == Flaw.CLOSE_DOES_NOT_WAIT_FOR_THE_LAST_SETTLE
        ? LeaseState.pinned(word) && !LeaseState.reclaimed(word)
        : LeaseState.holdsClose(word);
  }

  /** One turn of {@link Lease#settle}, and what the owner does then. */
  private void settle(State to, int i) {
    Actor actor = to.actors[i];
    if (LeaseState.settles(actor.seen + actor.noted)) {
      if (to.word != actor.seen) {
        actor.at = Step.LOOKING;
        return;
      }
      reclaimIfSaid(to, to.word | LeaseState.RECLAIMED);
    }
    if (actor.purpose == Purpose.SETTLE) {
      actor.purpose = Purpose.SETTLED;
      actor.at = Step.LOOKING;
    } else {
      boolean waits = roles.get(i) == WAITING_FREER && !LeaseState.reclaimed(to.word);
      unlock(to, actor, waits ? Step.WAITING : Step.DONE);
    }
  }

  /** Until it is given back, or gives up. */
  private void waiting(State from, int i, List<State> next) {
    State to = from.copy();
    if (LeaseState.reclaimed(from.word)) {
      to.actors[i].at = Step.DONE;
      next.add(to);
    } else if (lock(to, i, Step.CANCELLING, Purpose.NONE)) {
      next.add(to);
    }
  }

  private boolean close(State to, Actor actor) {
    if (to.lockedBy != -1 || to.holding) {
      return false;
    }
    requireNobodyUses(to);
    to.closed = true;
    actor.at = Step.DONE;
    return true;
  }

  private void checkEnd(State state) {
    assertEquals(-1, state.lockedBy, "the lock was left locked");
    assertEquals(state.frees, state.reclaims, "freed " + state.frees + " times");
    assertTrue(!LeaseState.pinned(state.word), "a pin was left behind");
    assertEquals(roles.contains(CLOSER), state.closed, "the closer still waits");
    for (Actor actor : state.actors) {
      assertEquals(Step.DONE, actor.at);
      assertTrue(!actor.hasNote, "a note was left behind");
    }
  }

  @Test
  void holdsInAllInterleavings() {
    int states =
        explore(DEFER_PINNER, FREER)
            + explore(DEFER_PINNER, WAIT_PINNER, FREER, FREER)
            + explore(DEFER_PINNER, WAIT_PINNER, WAITING_FREER, WAITING_FREER)
            + explore(DEFER_PINNER, DEFER_PINNER, WAIT_PINNER, FREER, WAITING_FREER)
            + explore(DEFER_PINNER, WAIT_PINNER, WAITING_FREER, CLOSER);
    assertTrue(states > 5_000, "only " + states + " states");
  }

  @Test
  void holdsInAllInterleavingsOfPinsThatAreNotes() {
    int states =
        explore(PLAIN_PINNER, FREER)
            + explore(PLAIN_PINNER, PLAIN_WAIT_PINNER, FREER, FREER)
            + explore(PLAIN_PINNER, WAIT_PINNER, WAITING_FREER, WAITING_FREER)
            + explore(DETACHER, PLAIN_WAIT_PINNER, FREER, CLOSER)
            + explore(DETACHER, DETACHER, PLAIN_PINNER, FREER)
            + explore(DETACHER, DEFER_PINNER, WAITING_FREER, CLOSER)
            + explore(PLAIN_PINNER, PLAIN_WAIT_PINNER, DEFER_PINNER, FREER, WAITING_FREER);
    assertTrue(states > 20_000, "only " + states + " states");
  }

  @Test
  void holdsInAllInterleavingsOfFreesWithoutTheLock() {
    int states =
        explore(PLAIN_PINNER, FAST_FREER)
            + explore(PLAIN_PINNER, DEFER_PINNER, FAST_FREER, FAST_FREER)
            + explore(PLAIN_PINNER, WAIT_PINNER, FAST_FREER, WAITING_FREER)
            + explore(DETACHER, DEFER_PINNER, FAST_FREER, CLOSER)
            + explore(PLAIN_PINNER, FAST_FREER, FAST_FREER, CLOSER);
    assertTrue(states > 5_000, "only " + states + " states");
  }

  @ParameterizedTest
  @EnumSource
  void failsIf(Flaw mistake) {
    explore(mistake.roles);
    flaw = mistake;
    assertThrows(AssertionError.class, () -> explore(mistake.roles));
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
      assertEquals(
          3 * (most - 1) + LeaseState.MOST_NOTED,
          LeaseState.pins(word + LeaseState.MOST_NOTED * policy.pinUnit));
    }
  }
}
