package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.FileUnmap;
import java.util.List;

/**
 * A range of addresses is being unmapped.
 *
 * <p>It is forgotten before the call, for another thread may be given the same addresses before
 * this one returns, and remembered again if the call fails.
 */
public final class UnmapCall extends Call {
  private final Session session;
  private final String operation;
  private final long address;
  private final long lengthBytes;
  private final List<Mapping> removed;

  public UnmapCall(Session session, String operation, long address, long lengthBytes) {
    this(session, operation, address, lengthBytes, session.mappings().remove(address, lengthBytes));
  }

  private UnmapCall(
      Session session, String operation, long address, long lengthBytes, List<Mapping> removed) {
    this.session = session;
    this.operation = operation;
    this.address = address;
    this.lengthBytes = lengthBytes;
    this.removed = removed;
  }

  @Override
  public void end(long result, String error) {
    if (error != null) {
      for (Mapping mapping : removed) {
        session.mappings().add(mapping);
      }
    }
    if (recorded()) {
      FileUnmap event = new FileUnmap();
      event.address = address;
      event.lengthBytes = lengthBytes;
      session.recorder().commit(event, this, operation, error);
    }
  }

  private boolean recorded() {
    return session.recorder().started() && new FileUnmap().isEnabled();
  }
}
