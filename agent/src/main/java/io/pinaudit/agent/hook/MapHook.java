package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.MapCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;

/**
 * {@code map(FileDescriptor, int prot, long offset, long length, boolean sync)} of a dispatcher.
 */
public final class MapHook implements Hook {
  // By FileChannelImpl.MAP_RO, MAP_RW, MAP_PV.
  private static final String[] MODES = {"READ_ONLY", "READ_WRITE", "PRIVATE"};
  private final Session session;

  public MapHook(Session session) {
    this.session = session;
  }

  @Override
  public Call enter(
      Object fd, Object self, long mode, long offsetBytes, long lengthBytes, long sync) {
    return call(session, wanted((FileDescriptor) fd, offsetBytes, lengthBytes), mode, sync != 0);
  }

  /** Returns the mapping of a range of a file that is about to be mapped. */
  static Mapping wanted(FileDescriptor fd, long offsetBytes, long lengthBytes) {
    FileState file = FileState.ofDescriptor(JdkInternals.number(fd));
    return new Mapping(0, lengthBytes, offsetBytes, file);
  }

  static Call call(Session session, Mapping wanted, long mode, boolean sync) {
    return new MapCall(session, JdkOperation.MAP.operation(), wanted, name(mode, sync));
  }

  private static String name(long mode, boolean sync) {
    String name = mode >= 0 && mode < MODES.length ? MODES[(int) mode] : "mode=" + mode;
    return sync ? name + "_SYNC" : name;
  }
}
