package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.RenameCall;
import io.pinaudit.agent.call.TruthCall;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.Session;
import java.nio.file.Path;

/**
 * {@code rename(UnixPath, UnixPath)} and {@code renameat(int, byte[], int, byte[])} of the native
 * dispatcher of java.nio.file, and {@code rename(File, File)} of java.io.UnixFileSystem.
 */
public final class RenameHook implements Hook {
  private final Session session;
  private final NameForm form;

  public RenameHook(Session session, NameForm form) {
    this.session = session;
    this.form = form;
  }

  @Override
  public Call enter(Object from, Object to, long fromDirectory, long toDirectory, long c, long d) {
    if (!session.watches()) {
      return null;
    }
    Path source = form.path(fromDirectory, from);
    Path target = form.path(toDirectory, to);
    return switch (form) {
      case PATH, RELATIVE -> RenameCall.of(session, JdkOperation.MOVE, source, target);
      case FILE -> new TruthCall(RenameCall.of(session, JdkOperation.RENAME_FILE, source, target));
    };
  }
}
