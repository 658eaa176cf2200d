package io.pinaudit.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.stream.LongStream;

/**
 * The plain pins that one thread has taken in one pool and that are still open: for reports, so
 * that a waiter can name whom it waits for.
 *
 * <p>Numbers and not references, so that noting a pin costs a plain store and no garbage-collector
 * barrier. Only its own thread writes a slot that is 0; whoever closes the pin sets it back to 0;
 * others read at any time and may see a pin that was just closed, or miss one that was just taken.
 */
final class Trail {
  /** A fixed number of slots and, when all are taken, more. */
  static final class Slots {
    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(long[].class);
    private static final int COUNT = 8;

    /** Two cache lines before and after, which no other thread's slots are on then. */
    private static final int PADDING = 16;

    private final long[] notes = new long[PADDING + COUNT + PADDING];
    private volatile Slots more;

    void set(int slot, long note) {
      SLOT.setOpaque(notes, PADDING + slot, note);
    }

    long get(int slot) {
      return (long) SLOT.getOpaque(notes, PADDING + slot);
    }

    void clear(int slot) {
      SLOT.setOpaque(notes, PADDING + slot, 0L);
    }
  }

  private static final VarHandle TAKEN;

  static {
    try {
      TAKEN = MethodHandles.lookup().findVarHandle(Trail.class, "taken", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final Thread thread = Thread.currentThread();
  private final Slots first = new Slots();

  /** Where the next free slot is: set by {@link #seek}; only the own thread uses them. */
  Slots slots = first;

  int slot;

  /** How many pins were noted. */
  private long taken;

  private String lastName = Holders.NO_NAME;
  private int lastNumber;

  /** Makes {@link #slots} and {@link #slot} name a free one. */
  void seek() {
    if (slots == first && first.get(0) == 0) {
      slot = 0;
      return;
    }
    for (Slots at = first; ; at = next(at)) {
      for (int i = 0; i < Slots.COUNT; i++) {
        if (at.get(i) == 0) {
          slots = at;
          slot = i;
          return;
        }
      }
    }
  }

  /** Notes a pin in the slot that was sought. */
  void begin(long note) {
    TAKEN.setOpaque(this, taken + 1);
    slots.set(slot, note);
  }

  long taken() {
    return (long) TAKEN.getOpaque(this);
  }

  boolean anyOpen() {
    for (Slots at = first; at != null; at = at.more) {
      for (int i = 0; i < Slots.COUNT; i++) {
        if (at.get(i) != 0) {
          return true;
        }
      }
    }
    return false;
  }

  private static Slots next(Slots at) {
    if (at.more == null) {
      at.more = new Slots();
    }
    return at.more;
  }

  /** The number of a name; mostly that of the last pin, and then the same string. */
  @SuppressWarnings("ReferenceEquality")
  int number(String name, Holders holders) {
    if (name != lastName) {
      lastNumber = holders.number(name);
      lastName = name;
    }
    return lastNumber;
  }

  String threadName() {
    return thread.getName();
  }

  boolean isDead() {
    return !thread.isAlive() && !anyOpen();
  }

  /** The notes of all open pins. */
  long[] notes() {
    LongStream.Builder open = LongStream.builder();
    for (Slots at = first; at != null; at = at.more) {
      for (int i = 0; i < Slots.COUNT; i++) {
        long note = at.get(i);
        if (note != 0) {
          open.add(note);
        }
      }
    }
    return open.build().toArray();
  }
}
