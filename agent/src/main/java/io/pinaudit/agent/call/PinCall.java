package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Pins;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.MemoryPin;
import java.util.ArrayList;
import java.util.List;

/** Memory is being pinned until further notice. */
public final class PinCall extends Call {
  private final Session session;
  private final String operation;
  private final List<BufferPiece> pieces;
  private final boolean longTerm;
  private final String holder;
  private final Object key;

  /**
   * A call that pins memory until it is told to end that.
   *
   * @param key what the pins end by; null if the call returns it
   */
  public PinCall(
      Session session,
      String operation,
      List<BufferPiece> pieces,
      boolean longTerm,
      String holder,
      Object key) {
    this.session = session;
    this.operation = operation;
    this.pieces = pieces;
    this.longTerm = longTerm;
    this.holder = holder;
    this.key = key;
  }

  @Override
  public void end(long result, String error) {
    end(result, key == null ? (Object) result : key, error);
  }

  @Override
  public Object end(Object result) {
    end(result == null ? 0 : 1, key == null ? result : key, null);
    return result;
  }

  private void end(long result, Object endedBy, String error) {
    String failure = error == null && key == null && result == 0 ? "returned NULL" : error;
    List<Pins.Pin> pins = new ArrayList<>();
    for (BufferPiece piece : pieces) {
      pins.add(new Pins.Pin(session.pins().nextId(), piece.mapping(), longTerm, holder));
    }
    if (failure == null) {
      session.pins().add(endedBy, pins);
    }
    if (session.recorder().started() && new MemoryPin().isEnabled()) {
      for (Pins.Pin pin : pins) {
        MemoryPin event = new MemoryPin();
        BufferPiece.describe(event, pin.memory());
        event.pinId = pin.id();
        event.longTerm = longTerm;
        event.holder = holder;
        session.recorder().commit(event, this, operation, failure);
      }
    }
  }
}
