package io.pinaudit.lab.guest;

import java.io.IOException;

/**
 * Says that the guest failed, not the command in it. The message is one line for the user.
 *
 * <p>The statuses are those of timeout(1), which commands themselves rarely use.
 */
public final class GuestFailure extends IOException {
  /** The time limit ended the guest. */
  public static final int TIMED_OUT = 124;

  /** The guest did not start, or ended without reporting the command's status. */
  public static final int BROKE_DOWN = 125;

  private static final long serialVersionUID = 1;

  private final int exitStatus;

  private GuestFailure(int exitStatus, String message) {
    super(message);
    this.exitStatus = exitStatus;
  }

  static GuestFailure timedOut(String message) {
    return new GuestFailure(TIMED_OUT, message);
  }

  static GuestFailure brokeDown(String message) {
    return new GuestFailure(BROKE_DOWN, message);
  }

  /** Returns {@link #TIMED_OUT} or {@link #BROKE_DOWN}. */
  public int exitStatus() {
    return exitStatus;
  }
}
