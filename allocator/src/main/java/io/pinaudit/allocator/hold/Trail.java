package io.pinaudit.allocator.hold;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.ToIntFunction;
import java.util.stream.IntStream;

/**
 * The plain pins that one thread has taken in one pool and that are still open: a few notes, in
 * memory that no other thread writes to while this one pins and unpins. The note is what holds the
 * storage: {@code Lease} says how a free comes to see it. Each free reads all notes, so there are
 * no more than {@link #MOST_NOTES}: the pins that a thread has open beyond them are counted.
 *
 * <p>A note is a few words in the middle of an array, which others' memory does not come near to;
 * numbers and not references, so that noting a pin needs no garbage-collector barrier:
 *
 * <ul>
 *   <li>the pin: its sequence number, 0 while there is none. The pins of a note are numbered, so
 *       that the change of this one word back to 0 is the end of one pin and of no other, and
 *       happens once. A pin that is handed on gets the next number; the one that is taken next
 *       begins with a number beyond all that this one may get;
 *   <li>the first sequence number of the last pin;
 *   <li>the key of its extent;
 *   <li>the number of its name.
 * </ul>
 *
 * <p>Only the own thread writes to a note, and only while it has no pin; the pin comes last. But
 * whoever closes the pin changes that to 0. So key and name are those of a pin that is the same
 * before and after they were read.
 */
public final class Trail {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  /** Two cache lines before and after a note. */
  private static final int PADDING = 16;

  private static final int PIN = PADDING;
  private static final int LAST = PADDING + 1;
  private static final int KEY = PADDING + 2;
  private static final int NAME = PADDING + 3;
  private static final int LENGTH = NAME + 1 + PADDING;
  public static final String NO_NAME = "(one of too many names)";

  private static final int MOST_NOTES = 8;

  /** The numbers that one pin may get, one after the other. */
  private static final long NUMBERS = 1L << 20;

  private final Thread thread = Thread.currentThread();

  /** Where the last pin was noted; only the own thread uses it. */
  private long[] note = new long[LENGTH];

  /** Only the own thread changes it. */
  private volatile long[][] notes = {note};

  private String lastName = NO_NAME;
  private int lastNumber;

  /** A note that is free, for {@link #begin}; null if there is none. */
  public long[] free() {
    if (get(note, PIN) == 0) {
      return note;
    }
    long[] free = anyFree();
    note = free == null ? note : free;
    return free;
  }

  private long[] anyFree() {
    long[][] all = notes;
    for (long[] one : all) {
      if (get(one, PIN) == 0) {
        return one;
      }
    }
    if (all.length == MOST_NOTES) {
      return null;
    }
    long[][] more = Arrays.copyOf(all, all.length + 1);
    more[all.length] = new long[LENGTH];
    notes = more;
    return more[all.length];
  }

  /** Notes a pin; a full fence. Returns its sequence number. */
  public static long begin(long[] free, long key, int name) {
    long sequence = free[LAST] + NUMBERS;
    WORD.setRelease(free, LAST, sequence);
    WORD.setRelease(free, KEY, key);
    WORD.setRelease(free, NAME, (long) name);
    WORD.setVolatile(free, PIN, sequence);
    return sequence;
  }

  public static boolean isOpen(long[] note, long sequence) {
    return get(note, PIN) == sequence;
  }

  /** Gives a pin its next number, unless it has ended; a full fence. */
  public static boolean renew(long[] note, long sequence) {
    return WORD.compareAndSet(note, PIN, sequence, sequence + 1);
  }

  /** Whether a pin has no next number. */
  public static boolean isWornOut(long sequence) {
    return (sequence + 1) % NUMBERS == 0;
  }

  /** Takes the note of a pin away, unless it was before; a full fence. */
  public static boolean end(long[] note, long sequence) {
    return WORD.compareAndSet(note, PIN, sequence, 0L);
  }

  /** The number of the name of the pin that is, or was, noted. */
  public static int name(long[] note) {
    return (int) get(note, NAME);
  }

  private static long get(long[] note, int word) {
    return (long) WORD.getVolatile(note, word);
  }

  private static boolean isOf(long[] note, long key) {
    while (true) {
      long sequence = get(note, PIN);
      boolean same = sequence != 0 && get(note, KEY) == key;
      if (!same || isOpen(note, sequence)) {
        return same;
      }
    }
  }

  /** How many pins were noted. */
  public long taken() {
    return Arrays.stream(notes).mapToLong(one -> get(one, LAST) / NUMBERS).sum();
  }

  public boolean anyOpen() {
    for (long[] one : notes) {
      if (get(one, PIN) != 0) {
        return true;
      }
    }
    return false;
  }

  /** How many pins of that extent are noted. */
  public int count(long key) {
    int count = 0;
    for (long[] one : notes) {
      count += isOf(one, key) ? 1 : 0;
    }
    return count;
  }

  /** The numbers of the names of the pins of that extent; for reports. */
  public IntStream names(long key) {
    return Arrays.stream(notes).filter(one -> isOf(one, key)).mapToInt(Trail::name);
  }

  /** The number of a name; mostly that of the last pin, and then the same string. */
  @SuppressWarnings("ReferenceEquality")
  public int number(String name, ToIntFunction<String> numbers) {
    if (name != lastName) {
      lastNumber = numbers.applyAsInt(name);
      lastName = name;
    }
    return lastNumber;
  }

  public boolean isOf(Thread other) {
    return thread.equals(other);
  }

  public String threadName() {
    return thread.getName();
  }

  /** A thread that is dead takes no pins; those that it left open still hold. */
  public boolean isDead() {
    return !thread.isAlive() && !anyOpen();
  }
}
