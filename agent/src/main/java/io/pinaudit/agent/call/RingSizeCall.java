package io.pinaudit.agent.call;

import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Ring;
import io.pinaudit.agent.state.Session;

/** A request of an io_uring sets the size of a file; it may end after the call returns. */
public final class RingSizeCall extends SetSizeCall {
  private final Ring ring;
  private final Ring.Cut cut;

  public RingSizeCall(Session session, Ring ring, Ring.Cut cut) {
    super(session, OPERATION, cut.before(), cut.newSizeBytes());
    this.ring = ring;
    this.cut = cut;
  }

  /** The operation of these calls. */
  public static final String OPERATION = "io_uring ftruncate";

  @Override
  protected void sizeSet(FileState before, long newSizeBytes) {
    ring.await(cut);
  }
}
