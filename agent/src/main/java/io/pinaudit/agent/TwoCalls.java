package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;

/** One call of which two events tell. */
final class TwoCalls extends Call {
  private final Call first;
  private final Call second;

  TwoCalls(Call first, Call second) {
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
