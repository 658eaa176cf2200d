package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;

/** One call for which two events are written. */
public final class TwoCalls extends Call {
  private final Call first;
  private final Call second;

  public TwoCalls(Call first, Call second) {
    this.first = first;
    this.second = second;
  }

  @Override
  public void end(long result, String error) {
    first.stopWith(this);
    second.stopWith(this);
    first.end(result, error);
    second.end(result, error);
  }
}
