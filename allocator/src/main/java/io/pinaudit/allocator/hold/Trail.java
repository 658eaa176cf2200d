package io.pinaudit.allocator.hold;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.function.ToIntFunction;

/**
 * The plain pins that one thread has taken in one pool and that are still open: a few notes, in
 * memory that no other thread writes to while this one pins and unpins. The note is what holds the
 * storage; {@code Lease} explains how a free sees it. Each free reads all notes, so a thread has no
 * more than {@link #MOST_NOTES}; its further pins are counted.
 *
 * <p>A note is a few words in the middle of an array whose ends keep it away from other memory. The
 * words are numbers and not references, so that noting a pin needs no garbage-collector barrier:
 *
 * <ul>
 *   <li>the pin: its sequence number; 0 if there is none. Each pin of a note has its own number, so
 *       that a change of this one word back to 0 ends exactly one pin, once. A pin that is handed
 *       on gets the next number. The pin that is taken after it begins with a number beyond all
 *       that this one may get;
 *   <li>the first sequence number of the last pin;
 *   <li>the key of its extent;
 *   <li>the number of its name.
 * </ul>
 *
 * <p>Only the own thread writes to a note, and only while the note has no pin; it writes the pin
 * last. Only whoever closes the pin changes it to 0. So key and name belong to a pin if the pin is
 * the same before and after they were read.
 */
public final class Trail {
  private static final VarHandle WORD = MethodHandles.arrayElementVarHandle(long[].class);

  /** The number of words before and after a note: two cache lines. */
  private static final int PADDING = 16;

  private static final int PIN = PADDING;
  private static final int LAST = PADDING + 1;
  private static final int KEY = PADDING + 2;
  private static final int NAME = PADDING + 3;
  private static final int LENGTH = NAME + 1 + PADDING;
  public static final String NO_NAME = "(one of too many names)";

  private static final int MOST_NOTES = 8;

  /** The number of sequence numbers that one pin may get, one after the other. */
  private static final long NUMBERS = 1L << 20;

  /** Is told of open pins. */
  public interface Visitor {
    /** Visits a pin of the extent with that key, whose name has that number. */
    void visit(long key, int name);
  }

  private final Thread thread = Thread.currentThread();

  /** The note of the last pin; only the own thread uses this field. */
  private long[] note = new long[LENGTH];

  /** All notes; only the own thread changes this field. */
  private volatile long[][] notes = {note};

  private String lastName = NO_NAME;
  private int lastNumber;

  /** Returns a free note for {@link #begin}; null if there is none. */
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

  /** Returns whether a pin has no next number. */
  public static boolean isWornOut(long sequence) {
    return (sequence + 1) % NUMBERS == 0;
  }

  /** Takes the note of a pin away, unless it was before; a full fence. */
  public static boolean end(long[] note, long sequence) {
    return WORD.compareAndSet(note, PIN, sequence, 0L);
  }

  /** Returns the number of the name of the pin that is, or was, noted. */
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

  /** Returns how many pins were noted. */
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

  /** Returns how many pins of that extent are noted. */
  public int count(long key) {
    int count = 0;
    for (long[] one : notes) {
      count += isOf(one, key) ? 1 : 0;
    }
    return count;
  }

  /** Visits the open pins; for reports. */
  public void forEach(Visitor visitor) {
    for (long[] one : notes) {
      boolean visited = false;
      for (long pin = get(one, PIN); pin != 0 && !visited; pin = get(one, PIN)) {
        long key = get(one, KEY);
        int name = name(one);
        visited = isOpen(one, pin);
        if (visited) {
          visitor.visit(key, name);
        }
      }
    }
  }

  /**
   * Returns the number of a name. Mostly it is the name of the last pin, and then the same string.
   */
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

  /**
   * Returns whether the trail can be forgotten: its thread is dead, and so takes no more pins, and
   * left none open.
   */
  public boolean isDead() {
    return !thread.isAlive() && !anyOpen();
  }
}
