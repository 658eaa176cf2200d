package io.pinaudit.allocator.hold;

import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * Finds instants at which nothing of a DAX file is pinned, and keeps pins out for as long as the
 * file system needs. On DAX, truncating and punching wait in the kernel for pins anywhere in the
 * file, with the inode locked. On Linux 6.1 they were seen to wait for ever, because the end of a
 * direct read does not wake them. The kernel announces that an asynchronous read is complete, and
 * the program then closes its pin, before the kernel drops its references: so an instant counts
 * only if no pin has been open for a while.
 *
 * <p>Memory ordering: a pinner notes its pin, which is a full fence, and then reads the gate.
 * Whoever shuts the gate then reads the notes, with a full fence in between. So at least one of the
 * two sees the other. A pinner that finds the gate shut waits, with its pin, before it hands the
 * pin out; nobody waits for that pin meanwhile.
 *
 * <p>The monitor of a gate is taken before all other locks of a pool.
 */
public final class PinGate {
  public static final long STEP_MILLIS = 10;

  /** The result of a look at the pins. */
  public enum Idle {
    YES,
    /** Nothing is pinned, but not for long enough. */
    NOT_YET,
    NO
  }

  /** The pins that the gate looks at. */
  public interface Pins {
    /** Returns how many pins there have been, to be compared with a later number. */
    long taken();

    /** Returns whether any pin is open that has the storage itself, not a copy. */
    boolean anyOpen();
  }

  private final Pins pins;
  private final Duration rest;
  private volatile boolean shut;

  /**
   * How many pins had been taken when a look first found none open, and when that was; -1 if one is
   * open.
   */
  private long taken;

  private long sinceNanos;

  public PinGate(Pins pins, Duration rest) {
    this.pins = pins;
    this.rest = rest;
    this.sinceNanos = System.nanoTime() - rest.toNanos();
  }

  public Duration rest() {
    return rest;
  }

  /**
   * Lets a pin go on while the gate is open. Whoever has noted a pin calls this before the pin is
   * used.
   */
  public void pass() {
    if (shut) {
      awaitOpen();
    }
  }

  /** Waits until the gate is open: the monitor is held for as long as the gate is shut. */
  private synchronized void awaitOpen() {}

  public synchronized Idle look() {
    long count = pins.taken();
    if (pins.anyOpen()) {
      taken = -1;
      return Idle.NO;
    }
    long now = System.nanoTime();
    if (count != taken) {
      taken = count;
      sinceNanos = now;
    }
    return now - sinceNanos < rest.toNanos() ? Idle.NOT_YET : Idle.YES;
  }

  /** Runs the action if nothing is pinned, and lets nothing be pinned meanwhile. */
  public synchronized Idle whileIdle(Runnable action) {
    Idle before = look();
    if (before != Idle.YES) {
      return before;
    }
    shut = true;
    VarHandle.fullFence();
    try {
      Idle idle = look();
      if (idle == Idle.YES) {
        action.run();
      }
      return idle;
    } finally {
      shut = false;
    }
  }

  /**
   * Does what {@link #whileIdle} does, but waits for it as long as nothing is pinned, which is
   * short.
   */
  public Idle whenIdle(Runnable action) {
    Idle idle = whileIdle(action);
    while (idle == Idle.NOT_YET && !Thread.currentThread().isInterrupted()) {
      try {
        Thread.sleep(STEP_MILLIS);
        idle = whileIdle(action);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return idle;
  }
}
