package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.FileMap;

/** A range of a file is being mapped; the result is its address. */
public class MapCall extends Call {
  private final Session session;
  private final String operation;
  private final Mapping wanted;
  private final String mode;

  /**
   * Makes a call that maps a range of a file.
   *
   * @param wanted the mapping to be made, whose address is not known yet
   */
  public MapCall(Session session, String operation, Mapping wanted, String mode) {
    this.session = session;
    this.operation = operation;
    this.wanted = wanted;
    this.mode = mode;
  }

  @Override
  public void end(long result, String error) {
    Mapping mapping = wanted;
    if (error == null) {
      mapping = session.memoryMap().mapped(wanted, result);
      session.mappings().add(mapping);
    }
    if (recorded()) {
      FileMap event = new FileMap();
      mapping.describe(event);
      event.mode = mode;
      session.recorder().commit(event, this, operation, error);
    }
  }

  private boolean recorded() {
    return session.recorder().started() && new FileMap().isEnabled();
  }
}
