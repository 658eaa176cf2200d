package io.pinaudit.allocator.hold;

/**
 * The word of a {@code Lease}, and every decision that is made from it.
 *
 * <pre>
 *  63    62        61      60      59..40     39..20     19..0
 *  NOTED RECLAIMED CLOSING FREEING COPY pins  WAIT pins  DEFER pins
 * </pre>
 *
 * <p>Each count is 20 bits wide, the uppermost of which is a guard: a pin that finds a guard set is
 * refused, so that no count can run into its neighbour (a refused pin is added and taken off again;
 * 2<sup>19</sup> threads would have to be between the two at once).
 *
 * <p>NOTED says that there may be, or have been, pins that are notes and are not counted here. What
 * takes a word for its pins is to be given it with the notes counted in, {@code Lease.word}.
 *
 * <p>Transitions; <i>held</i> means that there are DEFER or WAIT pins:
 *
 * <ul>
 *   <li>pin: add one; if FREEING, CLOSING, RECLAIMED or a guard was set, unpin and refuse.
 *   <li>unpin: take one off; whoever leaves a word that {@link #ends} settles it under the lock.
 *   <li>plain pin: write the note; if FREEING, CLOSING, RECLAIMED or a guard is set, unpin and
 *       refuse; NOTED.
 *   <li>plain unpin: take the note away; whoever then finds a word that {@link #ends} settles it.
 *   <li>free, under the lock: neither held nor NOTED → RECLAIMED; otherwise → FREEING, and settle.
 *   <li>settle, under the lock: FREEING, not held, and no note → RECLAIMED.
 *   <li>cancel (a wait that timed out), under the lock: FREEING and not RECLAIMED → not FREEING.
 *   <li>close, under the lock: → CLOSING.
 * </ul>
 *
 * <p>RECLAIMED is final and set once, and its setter alone gives the storage away. A refused pin
 * may keep a settling thread from seeing a word that is not held; its own unpin then settles. An
 * extent's storage that is given out again gets a new lease, so that a late unpin cannot meet a
 * word of a later life.
 */
public final class LeaseState {
  public static final long DEFER_PIN = 1L;
  public static final long WAIT_PIN = 1L << 20;
  public static final long COPY_PIN = 1L << 40;
  public static final long FREEING = 1L << 60;
  public static final long CLOSING = 1L << 61;
  public static final long RECLAIMED = 1L << 62;
  public static final long NOTED = 1L << 63;

  /** The largest number of notes that are counted in, so that no count runs into its neighbour. */
  public static final long MOST_NOTED = 1L << 18;

  private static final long COUNT = (1L << 20) - 1;
  private static final long GUARDS = DEFER_PIN << 19 | WAIT_PIN << 19 | COPY_PIN << 19;
  private static final long HOLDING = COUNT * DEFER_PIN | COUNT * WAIT_PIN;
  private static final long PINS = HOLDING | COUNT * COPY_PIN;
  private static final long REFUSING = GUARDS | FREEING | CLOSING | RECLAIMED;

  private LeaseState() {}

  public static boolean refuses(long word) {
    return (word & REFUSING) != 0;
  }

  /** Returns whether a plain pin may go on at once: it is not refused, and frees read notes. */
  public static boolean admits(long word) {
    return (word & (REFUSING | NOTED)) == NOTED;
  }

  /** Notes of what is given back are of pins that will be refused. */
  public static boolean looksForNotes(long word) {
    return (word & (NOTED | RECLAIMED)) == NOTED;
  }

  /**
   * Returns whether a write-back of a copy is refused; an extent whose pool is being closed still
   * accepts it.
   */
  public static boolean refusesWriteBack(long word) {
    return (word & (REFUSING ^ CLOSING)) != 0;
  }

  public static boolean full(long word) {
    return (word & GUARDS) != 0;
  }

  /** Returns whether pins keep the storage from being given back. */
  public static boolean held(long word) {
    return (word & HOLDING) != 0;
  }

  /** Returns whether one of the pins makes a free wait. */
  public static boolean waitedFor(long word) {
    return (word & COUNT * WAIT_PIN) != 0;
  }

  /** Returns whether any pin lives, including pins that only hold a copy. */
  public static boolean pinned(long word) {
    return (word & PINS) != 0;
  }

  public static boolean freed(long word) {
    return (word & (FREEING | RECLAIMED)) != 0;
  }

  public static boolean reclaimed(long word) {
    return (word & RECLAIMED) != 0;
  }

  /**
   * Returns whether an unpin that left this word has to settle it: a free or a close may be
   * waiting.
   */
  public static boolean ends(long word) {
    return (word & (FREEING | CLOSING)) != 0 && (word & RECLAIMED) == 0 && !held(word);
  }

  /**
   * Returns whether the storage has to be given back: it is freed, and nothing holds it any more.
   */
  public static boolean settles(long word) {
    return (word & (FREEING | RECLAIMED)) == FREEING && !held(word);
  }

  /**
   * Returns whether a close has to leave the memory mapped. It has to for any pin, except for a
   * copy of storage that was given back, which will not be written back; and it has to for storage
   * that is yet to be given back.
   */
  public static boolean holdsClose(long word) {
    return pinned(word) && !reclaimed(word) || settles(word);
  }

  /**
   * Returns the word after a free. It is to be settled then, because notes are counted only from
   * here on.
   */
  public static long free(long word) {
    return held(word) || (word & NOTED) != 0 ? word | FREEING : word | FREEING | RECLAIMED;
  }

  /**
   * Returns the word after a wait that timed out; it is the same if the storage has been given back
   * meanwhile.
   */
  public static long cancel(long word) {
    return reclaimed(word) ? word : word & ~FREEING;
  }

  public static long close(long word) {
    return word | CLOSING;
  }

  public static long reopen(long word) {
    return word & ~CLOSING;
  }

  public static long pins(long word) {
    return (word & COUNT) + (word >>> 20 & COUNT) + (word >>> 40 & COUNT);
  }
}
