package io.pinaudit.allocator.hold;

import java.lang.invoke.VarHandle;
import java.time.Duration;

/**
 * Finds instants at which nothing of a DAX file is pinned, and keeps them so for as long as the
 * file system needs. There, truncating and punching wait in the kernel for pins anywhere in the
 * file, with the inode locked; and seen on Linux 6.1, where the end of a direct read does not wake
 * them, for good. The kernel drops its references after it has announced that an asynchronous read
 * is complete, and its pin closed: so an instant counts only when no pin was open for a while.
 *
 * <p>Memory ordering: a pinner notes its pin, which is a full fence, and then looks at the gate;
 * who shuts the gate then looks at the notes, with a full fence between. So one of the two sees the
 * other. A pinner that finds the gate shut waits, with its pin, before it hands that out; nobody
 * waits for it meanwhile.
 *
 * <p>Its monitor comes before all other locks of a pool.
 */
public final class PinGate {
  public static final long STEP_MILLIS = 10;

  /** What was found. */
  public enum Idle {
    YES,
    /** Nothing is pinned, but not for long enough. */
    NOT_YET,
    NO
  }

  /** The pins that are looked at. */
  public interface Pins {
    /** How many there have been; for comparison. */
    long taken();

    /** Whether any is open that has the storage itself, not a copy. */
    boolean anyOpen();
  }

  private final Pins pins;
  private final Duration rest;
  private volatile boolean shut;

  /** How many pins had been taken when none was open, and since when that is so. */
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

  /** To be called by whoever has noted a pin, before the pin is used. */
  public void pass() {
    if (shut) {
      awaitOpen();
    }
  }

  /** The monitor is held for as long as the gate is shut. */
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

  /** As {@link #whileIdle}, and waits for that as long as nothing is pinned: not for long. */
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
