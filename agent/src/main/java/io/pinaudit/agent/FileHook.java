package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.io.File;

/**
 * {@code delete(File)} and {@code rename(File, File)} of java.io.UnixFileSystem; the result is a
 * boolean.
 */
final class FileHook implements Hook {
  private final Session session;
  private final boolean renames;

  /**
   * @param renames whether it is rename
   */
  FileHook(Session session, boolean renames) {
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
