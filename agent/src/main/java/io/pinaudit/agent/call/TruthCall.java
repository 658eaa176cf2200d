package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;

/** A call that returns false when it fails. */
public final class TruthCall extends Call {
  private final Call call;

  public TruthCall(Call call) {
    this.call = call;
  }

  @Override
  public void end(long result, String error) {
    call.stopWith(this);
    call.end(result, error == null && result == 0 ? "false" : error);
  }
}
