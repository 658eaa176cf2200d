package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;

/** One call for which two events are written. */
public final class TwoCalls extends Call {
  private final Call first;
  private final Call second;

  private TwoCalls(Call first, Call second) {
    this.first = first;
    this.second = second;
  }

  /** Returns both calls as one, or the only one that is not null; null if both are. */
  public static Call of(Call first, Call second) {
    return first == null ? second : second == null ? first : new TwoCalls(first, second);
  }

  @Override
  public void end(long result, String error) {
    first.stopWith(this);
    second.stopWith(this);
    first.end(result, error);
    second.end(result, error);
  }
}
