package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Endpoint;
import io.pinaudit.agent.state.Ring;

/** Files are being registered with an io_uring, from some index on. */
public final class RegisterFilesCall extends Call {
  private final Call rest;
  private final Ring ring;
  private final int from;
  private final Endpoint[] files;

  /**
   * Makes a call that registers files.
   *
   * @param files what the descriptors stand for now: they may be closed before they are used
   */
  public RegisterFilesCall(Call rest, Ring ring, int from, Endpoint... files) {
    this.rest = rest;
    this.ring = ring;
    this.from = from;
    this.files = files.clone();
  }

  @Override
  public void end(long result, String error) {
    if (error == null) {
      ring.register(from, files);
    }
    if (rest != null) {
      rest.stopWith(this);
      rest.end(result, error);
    }
  }
}
