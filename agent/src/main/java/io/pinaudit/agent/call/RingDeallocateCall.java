package io.pinaudit.agent.call;

import io.pinaudit.agent.stand.RingOperation;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Requests;
import io.pinaudit.agent.state.Ring;
import io.pinaudit.agent.state.Session;
import java.util.List;

/** A request of an io_uring allocates or frees blocks; it may end after the call returns. */
public final class RingDeallocateCall extends DeallocateCall {
  private final Requests.Key key;

  /**
   * Makes a request of a ring.
   *
   * @param key the key of the request, whose owner is the ring
   */
  public RingDeallocateCall(Session session, Requests.Key key, Mapping range, int mode) {
    super(session, RingOperation.FALLOCATE, List.of(range), mode);
    this.key = key;
  }

  @Override
  protected void sizeSet(FileState before, long newSizeBytes) {
    ((Ring) key.owner())
        .await(new Ring.Cut(RingOperation.FALLOCATE, key.cookie(), before, newSizeBytes));
  }
}
