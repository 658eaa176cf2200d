package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.guard.Hold;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Pins;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.MemoryPin;
import java.util.ArrayList;
import java.util.List;

/** Memory is being pinned until a later call ends the pin. */
public final class PinCall extends Call {
  private final Session session;
  private final List<BufferPiece> pieces;
  private final PinRequest request;
  private final Hold hold;

  /** Makes a call that pins memory until a later call ends the pin. */
  public PinCall(Session session, List<BufferPiece> pieces, PinRequest request) {
    super(Stands.pin(session, pieces, request.operation()));
    this.hold = Guarding.pin(session, pieces, request.operation());
    this.session = session;
    this.pieces = pieces;
    this.request = request;
  }

  @Override
  public void end(long result, String error) {
    boolean isNull = request.key() == null && result == 0;
    end((Object) result, error == null && isNull ? "returned NULL" : error);
  }

  @Override
  public Object end(Object result) {
    end(result, request.key() == null && result == null ? "returned NULL" : null);
    return result;
  }

  private void end(Object result, String failure) {
    List<Pins.Pin> pins = new ArrayList<>();
    for (BufferPiece piece : pieces) {
      long id = session.pins().nextId();
      pins.add(new Pins.Pin(id, piece.mapping(), request.longTerm(), request.holder(), hold));
    }
    if (failure != null && hold != null) {
      hold.end();
    }
    if (failure == null) {
      session.pins().add(request.key() == null ? result : request.key(), pins);
    }
    if (session.recorder().started() && new MemoryPin().isEnabled()) {
      for (Pins.Pin pin : pins) {
        commit(pin, failure);
      }
    }
  }

  private void commit(Pins.Pin pin, String failure) {
    MemoryPin event = new MemoryPin();
    BufferPiece.describe(event, pin.memory());
    event.pinId = pin.id();
    event.longTerm = pin.longTerm();
    event.holder = pin.holder();
    session.recorder().commit(event, this, request.operation(), failure);
  }
}
