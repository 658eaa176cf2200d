package io.pinaudit.allocator.hold;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The open counted pins of one owner. Safe for any thread.
 *
 * <p>Each pin is in a slot of a table. The search for a free slot begins behind the one that was
 * used last: mostly the next one is free. If eight slots in a row are taken, a table of twice the
 * length is begun. Threads are spread over several tables. When a table was filled to its end and
 * is nearly empty by then, a shorter one replaces it, so that a burst of pins does not keep memory
 * for ever.
 *
 * @param <P> the pins
 */
@SuppressWarnings("ReferenceEquality") // of tables; and an equal name is just looked up once more
public final class Roster<P extends Roster.Entry> {
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Entry[].class);
  private static final int STRIPES = 16;
  private static final int LEAST_SLOTS = 64;
  private static final int MOST_LOOKS = 8;

  /** The number of slots for each pin from which on a table counts as nearly empty. */
  private static final int SPARSE = 8;

  /** A pin, which remembers where it is in the roster. */
  public interface Entry {
    /** Returns whether the pin holds a copy, and not the storage. */
    boolean isCopy();

    /** Returns the table; null before the pin is in one. */
    Entry[] slots();

    /** Returns the index in the table. */
    int slot();

    /**
     * Sets table and index. The thread that adds the pin calls this before another thread can find
     * it.
     */
    void place(Entry[] slots, int slot);
  }

  private static final class Stripe {
    /** How many pins there have been, without copies. */
    final AtomicLong taken = new AtomicLong();

    /** The tables that have pins, the present one first; replaced under the monitor. */
    volatile Entry[][] tables = {new Entry[LEAST_SLOTS]};

    volatile Entry[] present = tables[0];

    /** The slot of the last pin. It is a hint: threads may overwrite each other's value. */
    int last;

    /** A name that is known to be on record. It is a hint, as above. */
    String lastName;
  }

  private final Stripe[] stripes = new Stripe[STRIPES];

  /** Whether {@link #taken} is of interest: set before there are pins. */
  private boolean counts;

  /** Makes a roster without pins. */
  public Roster() {
    Arrays.setAll(stripes, i -> new Stripe());
  }

  private Stripe mine() {
    return stripes[(int) Thread.currentThread().threadId() & STRIPES - 1];
  }

  /** Adds a pin. A full fence. */
  public void add(P pin) {
    Stripe stripe = mine();
    if (counts && !pin.isCopy()) {
      stripe.taken.getAndIncrement();
    }
    while (!put(stripe, stripe.present, pin)) {
      replaceTable(stripe, stripe.present);
    }
  }

  private static boolean put(Stripe stripe, Entry[] table, Entry pin) {
    int last = stripe.last;
    for (int look = 1; look <= MOST_LOOKS; look++) {
      int slot = last + look & table.length - 1;
      if (table[slot] == null) {
        pin.place(table, slot);
        if (SLOT.compareAndSet(table, slot, (Entry) null, pin)) {
          if (stripe.present != table) {
            // The table was replaced just now, and may be forgotten without a look at this slot.
            SLOT.setVolatile(table, slot, (Entry) null);
            return false;
          }
          stripe.last = slot;
          if (slot == 0 && table.length > LEAST_SLOTS) {
            shortenIfSparse(stripe, table);
          }
          return true;
        }
      }
    }
    return false;
  }

  private static void shortenIfSparse(Stripe stripe, Entry[] table) {
    if (count(table) < table.length / SPARSE) {
      replaceTable(stripe, table);
    }
  }

  /** Replaces a table by a longer one, or by a shorter one if it is nearly empty. */
  private static void replaceTable(Stripe stripe, Entry[] table) {
    synchronized (stripe) {
      if (stripe.present == table) {
        boolean sparse = count(table) < table.length / SPARSE;
        int length = sparse ? Math.max(LEAST_SLOTS, table.length / 2) : 2 * table.length;
        List<Entry[]> tables = new ArrayList<>();
        tables.add(new Entry[length]);
        Arrays.stream(stripe.tables)
            .filter(old -> old == table || count(old) > 0)
            .forEach(tables::add);
        stripe.tables = tables.toArray(Entry[][]::new);
        stripe.present = stripe.tables[0];
      }
    }
  }

  private static int count(Entry[] table) {
    int count = 0;
    for (int slot = 0; slot < table.length; slot++) {
      count += SLOT.getVolatile(table, slot) == null ? 0 : 1;
    }
    return count;
  }

  /** Takes a pin out; false if another call did. A full fence. */
  public static boolean remove(Entry pin) {
    return SLOT.compareAndSet(pin.slots(), pin.slot(), pin, (Entry) null);
  }

  /** Puts another pin in the place of one; false if that one was taken out. A full fence. */
  public static boolean replace(Entry pin, Entry by) {
    by.place(pin.slots(), pin.slot());
    return SLOT.compareAndSet(pin.slots(), pin.slot(), pin, by);
  }

  /** Returns whether a pin that was added is still here. */
  public static boolean has(Entry pin) {
    return SLOT.getVolatile(pin.slots(), pin.slot()) == pin;
  }

  /** Begins to count what {@link #taken} returns; called before there are pins. */
  public void countFromHereOn() {
    counts = true;
  }

  /**
   * Returns whether a name is the one that {@link #lastName} was given last for threads like this
   * one.
   */
  public boolean isLastName(String name) {
    return mine().lastName == name;
  }

  /** Remembers a name that is on record, so that it need not be looked up for the next pin. */
  public void lastName(String name) {
    mine().lastName = name;
  }

  /** Returns how many pins there have been, without copies. */
  public long taken() {
    return Arrays.stream(stripes).mapToLong(stripe -> stripe.taken.get()).sum();
  }

  /** Visits the open pins; a pin that is added or taken out meanwhile may be visited or not. */
  @SuppressWarnings("unchecked") // only add puts anything into a table
  public void forEach(Consumer<P> action) {
    for (Stripe stripe : stripes) {
      for (Entry[] table : stripe.tables) {
        for (int slot = 0; slot < table.length; slot++) {
          P pin = (P) SLOT.getVolatile(table, slot);
          if (pin != null) {
            action.accept(pin);
          }
        }
      }
    }
  }

  /** Returns how many slots all tables have; for tests. */
  public int slots() {
    return Arrays.stream(stripes)
        .flatMap(stripe -> Arrays.stream(stripe.tables))
        .mapToInt(table -> table.length)
        .sum();
  }

  /** Returns whether any pin is open that has the storage itself, not a copy. */
  public boolean holdsStorage() {
    boolean[] holds = {false};
    forEach(pin -> holds[0] |= !pin.isCopy());
    return holds[0];
  }
}
