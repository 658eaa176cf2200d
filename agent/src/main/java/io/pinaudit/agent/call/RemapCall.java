package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.jdk.NativeArguments;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.FileMap;
import io.pinaudit.events.FileUnmap;
import java.util.List;

/** A mapping is being moved, grown or shrunk by mremap(2); the result is its new address. */
public final class RemapCall extends Call {
  private static final String OPERATION = "mremap";
  private final Session session;
  private final List<Mapping> removed;
  private final boolean staysMapped;
  private final long oldAddress;
  private final long oldLengthBytes;
  private final long newLengthBytes;

  /**
   * Makes a call of mremap(2).
   *
   * @param removed what was mapped in the old range, to be forgotten unless it stays mapped
   */
  public RemapCall(
      Session session, List<Mapping> removed, boolean staysMapped, NativeArguments arguments) {
    this.session = session;
    this.removed = removed;
    this.staysMapped = staysMapped;
    this.oldAddress = arguments.a();
    this.oldLengthBytes = arguments.b();
    this.newLengthBytes = arguments.c();
    session.recorder().stacks().cutBegins();
  }

  @Override
  public void end(long result, String error) {
    if (error != null && staysMapped) {
      return;
    }
    if (error != null) {
      for (Mapping mapping : removed) {
        session.mappings().add(mapping);
      }
      return;
    }
    if (!staysMapped) {
      unmapped();
    }
    for (int i = 0; i < removed.size(); i++) {
      Mapping old = removed.get(i);
      long positionBytes = old.address() - oldAddress;
      // Only the last one can grow; what lies beyond a shorter new end is gone.
      boolean last = i == removed.size() - 1;
      long roomBytes = newLengthBytes - positionBytes;
      long lengthBytes = last ? roomBytes : Math.min(old.lengthBytes(), roomBytes);
      if (lengthBytes > 0) {
        mapped(old.moved(result + positionBytes, lengthBytes));
      }
    }
  }

  private void unmapped() {
    if (session.recorder().started() && new FileUnmap().isEnabled()) {
      FileUnmap event = new FileUnmap();
      event.address = oldAddress;
      event.lengthBytes = oldLengthBytes;
      session.recorder().commit(event, this, OPERATION, null);
    }
  }

  private void mapped(Mapping mapping) {
    session.mappings().add(mapping);
    if (session.recorder().started() && new FileMap().isEnabled()) {
      FileMap event = new FileMap();
      mapping.describe(event);
      session.recorder().commit(event, this, OPERATION, null);
    }
  }
}
