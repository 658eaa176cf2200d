package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.DeleteCall;
import io.pinaudit.agent.call.RenameCall;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Session;
import java.io.File;

/**
 * {@code delete(File)} and {@code rename(File, File)} of java.io.UnixFileSystem; the result is a
 * boolean.
 */
public final class FileHook implements Hook {
  private final Session session;
  private final boolean renames;

  /**
   * A hook of {@code File.delete} or {@code File.renameTo}.
   *
   * @param renames whether it is rename
   */
  public FileHook(Session session, boolean renames) {
    this.session = session;
    this.renames = renames;
  }

  @Override
  public Call enter(Object file, Object other, long a, long b, long c, long d) {
    Call call = renames ? rename((File) file, (File) other) : delete((File) file);
    return call == null ? null : new FileCall(call);
  }

  private Call rename(File from, File to) {
    return session.recorder().started()
        ? RenameCall.of(session, "File.renameTo", from.toPath(), to.toPath())
        : null;
  }

  private Call delete(File file) {
    if (!DeleteCall.recorded(session.recorder())) {
      return null;
    }
    FileState before = FileState.named(file.toPath());
    return before.isDirectory() ? null : new DeleteCall(session.recorder(), "File.delete", before);
  }

  private static final class FileCall extends Call {
    private final Call call;

    FileCall(Call call) {
      this.call = call;
    }

    @Override
    public void end(long result, String error) {
      call.stopWith(this);
      call.end(result, error == null && result == 0 ? "false" : error);
    }
  }
}
