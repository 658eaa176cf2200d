package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.DeleteCall;
import io.pinaudit.agent.call.TruthCall;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Session;

/**
 * {@code unlink(UnixPath)} and {@code unlinkat(int directory, byte[] name, int flags)} of the
 * native dispatcher of java.nio.file, and {@code delete(File)} of java.io.UnixFileSystem.
 */
public final class DeleteHook implements Hook {
  private static final int AT_REMOVEDIR = 0x200; // linux/fcntl.h
  private final Session session;
  private final NameForm form;

  public DeleteHook(Session session, NameForm form) {
    this.session = session;
    this.form = form;
  }

  @Override
  public Call enter(Object name, Object none, long directory, long flags, long c, long d) {
    if (!DeleteCall.wanted(session)) {
      return null;
    }
    return switch (form) {
      case PATH -> call(JdkOperation.DELETE, file(directory, name));
      case RELATIVE ->
          (flags & AT_REMOVEDIR) == 0 ? call(JdkOperation.DELETE, file(directory, name)) : null;
      case FILE -> {
        FileState file = file(directory, name);
        yield file.isDirectory() ? null : new TruthCall(call(JdkOperation.DELETE_FILE, file));
      }
    };
  }

  private FileState file(long directory, Object name) {
    return FileState.named(form.path(directory, name));
  }

  private Call call(JdkOperation operation, FileState file) {
    return new DeleteCall(session, operation, file);
  }
}
