package io.pinaudit.allocator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * The counted pins of one owner that are open, for whoever wants to know them. Safe for any thread.
 *
 * <p>Each pin is in a slot of a table, which is found by going on from the last one that was used:
 * mostly the next is free. Where it is not, nor the seven after that, a table of twice the length
 * is begun. Threads are spread over several tables. A table that was gone through and found nearly
 * empty makes way for a shorter one, so that a burst of pins is not kept for ever.
 */
@SuppressWarnings("ReferenceEquality") // of tables; and an equal name is just looked up once more
final class Roster {
  private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(CountedPin[].class);
  private static final int STRIPES = 16;
  private static final int LEAST_SLOTS = 64;
  private static final int MOST_LOOKS = 8;

  /** A table is nearly empty if it has so many slots for each pin. */
  private static final int SPARSE = 8;

  private static final class Stripe {
    /** How many pins there have been, without copies. */
    final AtomicLong taken = new AtomicLong();

    /** The tables that have pins, the present one first; replaced under the monitor. */
    volatile CountedPin[][] tables = {new CountedPin[LEAST_SLOTS]};

    volatile CountedPin[] present = tables[0];

    /** Where the last pin was put; any value will do. */
    int last;

    /** A name that is known to be on record; any value will do. */
    String lastName;
  }

  private final Stripe[] stripes = new Stripe[STRIPES];

  /** Whether anybody compares {@link #taken}: set before there are pins. */
  private boolean counts;

  Roster() {
    Arrays.setAll(stripes, i -> new Stripe());
  }

  private Stripe mine() {
    return stripes[(int) Thread.currentThread().threadId() & STRIPES - 1];
  }

  /** A full fence. */
  void add(CountedPin pin) {
    Stripe stripe = mine();
    if (counts && !pin.isCopy()) {
      stripe.taken.getAndIncrement();
    }
    while (!put(stripe, stripe.present, pin)) {
      replaceTable(stripe, stripe.present);
    }
  }

  private static boolean put(Stripe stripe, CountedPin[] table, CountedPin pin) {
    int last = stripe.last;
    for (int look = 1; look <= MOST_LOOKS; look++) {
      int slot = last + look & table.length - 1;
      if (table[slot] == null) {
        pin.slots = table;
        pin.slot = slot;
        if (SLOT.compareAndSet(table, slot, (CountedPin) null, pin)) {
          if (stripe.present != table) {
            // It makes way just now, and may be forgotten: whoever does that may have missed this.
            SLOT.setVolatile(table, slot, (CountedPin) null);
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

  private static void shortenIfSparse(Stripe stripe, CountedPin[] table) {
    if (count(table) < table.length / SPARSE) {
      replaceTable(stripe, table);
    }
  }

  /** By one that is longer or shorter, as the pins are many or few. */
  private static void replaceTable(Stripe stripe, CountedPin[] table) {
    synchronized (stripe) {
      if (stripe.present == table) {
        boolean sparse = count(table) < table.length / SPARSE;
        int length = sparse ? Math.max(LEAST_SLOTS, table.length / 2) : 2 * table.length;
        List<CountedPin[]> tables = new ArrayList<>();
        tables.add(new CountedPin[length]);
        Arrays.stream(stripe.tables)
            .filter(old -> old == table || count(old) > 0)
            .forEach(tables::add);
        stripe.tables = tables.toArray(CountedPin[][]::new);
        stripe.present = stripe.tables[0];
      }
    }
  }

  private static int count(CountedPin[] table) {
    int count = 0;
    for (int slot = 0; slot < table.length; slot++) {
      count += SLOT.getVolatile(table, slot) == null ? 0 : 1;
    }
    return count;
  }

  /** Takes a pin out; whether this call did. A full fence. */
  static boolean remove(CountedPin pin) {
    return SLOT.compareAndSet(pin.slots, pin.slot, pin, (CountedPin) null);
  }

  /** Puts another pin in the place of one; false if that has gone. A full fence. */
  static boolean replace(CountedPin pin, CountedPin by) {
    by.slots = pin.slots;
    by.slot = pin.slot;
    return SLOT.compareAndSet(pin.slots, pin.slot, pin, by);
  }

  static boolean has(CountedPin pin) {
    return SLOT.getVolatile(pin.slots, pin.slot) == pin;
  }

  void countFromHereOn() {
    counts = true;
  }

  /** Whether a name is the one that a pin of a thread like this one had last. */
  boolean isLastName(String name) {
    return mine().lastName == name;
  }

  void lastName(String name) {
    mine().lastName = name;
  }

  /** How many pins there have been, without copies. */
  long taken() {
    return Arrays.stream(stripes).mapToLong(stripe -> stripe.taken.get()).sum();
  }

  /** Those that are open; of those that come or go meanwhile any. */
  void forEach(Consumer<CountedPin> action) {
    for (Stripe stripe : stripes) {
      for (CountedPin[] table : stripe.tables) {
        for (int slot = 0; slot < table.length; slot++) {
          CountedPin pin = (CountedPin) SLOT.getVolatile(table, slot);
          if (pin != null) {
            action.accept(pin);
          }
        }
      }
    }
  }

  /** How many slots all tables have; for tests. */
  int slots() {
    return Arrays.stream(stripes)
        .flatMap(stripe -> Arrays.stream(stripe.tables))
        .mapToInt(table -> table.length)
        .sum();
  }

  /** Whether any pin is open that has the storage itself, not a copy. */
  boolean holdsStorage() {
    boolean[] holds = {false};
    forEach(pin -> holds[0] |= !pin.isCopy());
    return holds[0];
  }
}
