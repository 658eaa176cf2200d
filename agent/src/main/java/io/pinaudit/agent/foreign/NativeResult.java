package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;

/** A native function called by a library of the application: its result tells whether it failed. */
final class NativeResult extends Call {
  private static final long MAX_ERRNO = 4095; // linux/err.h
  private final Call call;

  private NativeResult(Call call) {
    this.call = call;
  }

  /** Returns the call; null if there is none. */
  static Call of(Call call) {
    return call == null ? null : new NativeResult(call);
  }

  /** Returns a call of a function that returns NULL if it fails; null if there is none. */
  static Call ofPointer(Call call) {
    return call == null ? null : new OfPointer(call);
  }

  @Override
  public void end(long result, String error) {
    // An int in a word, its upper half undefined.
    boolean negative = (int) result < 0 && (int) result >= -MAX_ERRNO && result >>> 32 == 0;
    long value = negative ? (int) result : result;
    boolean failed = value < 0 && value >= -MAX_ERRNO;
    call.stopWith(this);
    call.end(value, error == null && failed ? Long.toString(value) : error);
  }

  /** A function that returns a pointer. */
  private static final class OfPointer extends Call {
    private final Call call;

    OfPointer(Call call) {
      this.call = call;
    }

    @Override
    public void end(long result, String error) {
      call.stopWith(this);
      call.end(result, error == null && result == 0 ? "NULL" : error);
    }
  }
}
