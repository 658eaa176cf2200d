package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.RenameCall;
import io.pinaudit.agent.state.NativeNames;
import io.pinaudit.agent.state.Session;
import java.nio.file.Path;

/**
 * {@code rename(UnixPath, UnixPath)} and {@code renameat(int, byte[], int, byte[])} of the native
 * dispatcher of java.nio.file.
 */
public final class RenameHook implements Hook {
  private final Session session;
  private static final String OPERATION = "Files.move";
  private final boolean relative;

  /**
   * A hook of rename(2) or renameat(2).
   *
   * @param relative whether it is renameat
   */
  public RenameHook(Session session, boolean relative) {
    this.session = session;
    this.relative = relative;
  }

  @Override
  public Call enter(Object from, Object to, long fromDirectory, long toDirectory, long c, long d) {
    if (!session.recorder().started()) {
      return null;
    }
    return relative
        ? RenameCall.of(
            session,
            OPERATION,
            NativeNames.resolve(fromDirectory, from),
            NativeNames.resolve(toDirectory, to))
        : RenameCall.of(session, OPERATION, (Path) from, (Path) to);
  }
}
