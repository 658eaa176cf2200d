package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.Pins;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.MemoryUnpin;

/** Memory that was pinned until a later call is being released. */
public final class UnpinCall extends Call {
  private final Session session;
  private final String operation;
  private final Object key;

  public UnpinCall(Session session, String operation, Object key) {
    this.session = session;
    this.operation = operation;
    this.key = key;
  }

  @Override
  public void end(long result, String error) {
    if (error != null) {
      return;
    }
    for (Pins.Pin pin : session.pins().remove(key)) {
      if (pin.hold() != null) {
        pin.hold().end();
      }
      if (session.recorder().started() && new MemoryUnpin().isEnabled()) {
        MemoryUnpin event = new MemoryUnpin();
        event.pinId = pin.id();
        session.recorder().commit(event, this, operation, null);
      }
    }
  }
}
