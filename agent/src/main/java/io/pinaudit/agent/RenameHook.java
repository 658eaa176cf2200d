package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.nio.file.Path;

/**
 * {@code rename(UnixPath, UnixPath)} and {@code renameat(int, byte[], int, byte[])} of the native
 * dispatcher of java.nio.file.
 */
final class RenameHook implements Hook {
  private final Session session;
  private static final String OPERATION = "Files.move";
  private final boolean relative;

  /**
   * @param relative whether it is renameat
   */
  RenameHook(Session session, boolean relative) {
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
