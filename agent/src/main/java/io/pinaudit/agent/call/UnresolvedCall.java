package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.events.UnresolvedRequest;

/**
 * A request is being submitted that names a file or buffer by a number that the agent does not
 * know.
 */
public final class UnresolvedCall extends Call {
  private final Recorder recorder;
  private final String operation;
  private final Unknown unknown;

  /** The unknown thing: a registered file or a buffer group of an io_uring. */
  public record Unknown(int ringDescriptor, String kind, int number) {}

  private UnresolvedCall(Recorder recorder, String operation, Unknown unknown) {
    this.recorder = recorder;
    this.operation = operation;
    this.unknown = unknown;
  }

  /** Returns the call; null if its event is off. */
  public static Call of(Recorder recorder, String operation, Unknown unknown) {
    return recorder.started() && new UnresolvedRequest().isEnabled()
        ? new UnresolvedCall(recorder, operation, unknown)
        : null;
  }

  @Override
  public void end(long result, String error) {
    UnresolvedRequest event = new UnresolvedRequest();
    event.ringDescriptor = unknown.ringDescriptor;
    event.kind = unknown.kind;
    event.number = unknown.number;
    recorder.commit(event, this, operation, error);
  }
}
