package io.pinaudit.agent.call;

import io.pinaudit.agent.state.Pipes;
import io.pinaudit.agent.state.Session;

/** Pages are being lent to a pipe by vmsplice(2): they are in use until somebody reads them. */
public final class LendCall extends TransferCall {
  private final Session session;
  private final Transfer transfer;
  private final int descriptor;

  /** Makes a call that lends pages to the pipe of a descriptor. */
  public LendCall(Session session, Transfer transfer, int descriptor) {
    super(session, transfer, null);
    this.session = session;
    this.transfer = transfer;
    this.descriptor = descriptor;
  }

  @Override
  public void end(long result, String error) {
    // Before the call is no longer taken to use them.
    if (error == null && result > 0) {
      Pipes.Lend lend = new Pipes.Lend(startNanos(), endNanos(), result);
      Guarding.lend(session, transfer, descriptor, lend);
    }
    super.end(result, error);
  }
}
