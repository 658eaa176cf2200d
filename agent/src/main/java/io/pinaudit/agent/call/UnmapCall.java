package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.FileUnmap;
import java.util.List;

/**
 * A range of addresses is being unmapped.
 *
 * <p>The agent forgets the range before the call, because another thread may get the same addresses
 * before the call returns. It remembers the range again if the call fails.
 */
public final class UnmapCall extends Call {
  private final Session session;
  private final String operation;
  private final Mapping range;
  private final List<Mapping> removed;

  /**
   * Makes a call that unmaps a range.
   *
   * @param range the range; its file does not matter
   */
  public UnmapCall(Session session, String operation, Mapping range) {
    this(session, operation, range, leaving(session, operation, range));
  }

  // What is being unmapped is forgotten after the thread has stood: it is mapped until then.
  private static List<Mapping> leaving(Session session, String operation, Mapping range) {
    Stands.unmap(session, operation, range);
    if (session.guard().holdsAny()) {
      Guarding.unmapping(
          session, operation, session.mappings().overlapping(range.address(), range.lengthBytes()));
    }
    // Looked at before they are forgotten: if a recording ends meanwhile, its last look sees them.
    session
        .looks()
        .lookBeforeUnmapping(session.mappings().overlapping(range.address(), range.lengthBytes()));
    return session.mappings().remove(range.address(), range.lengthBytes());
  }

  // Removes before the clock starts.
  private UnmapCall(Session session, String operation, Mapping range, List<Mapping> removed) {
    this.session = session;
    this.operation = operation;
    this.range = range;
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
      event.address = range.address();
      event.lengthBytes = range.lengthBytes();
      session.recorder().commit(event, this, operation, error);
    }
  }

  private boolean recorded() {
    return session.recorder().started() && new FileUnmap().isEnabled();
  }
}
