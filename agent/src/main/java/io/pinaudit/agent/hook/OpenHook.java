package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.SetSizeCall;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.Session;

/**
 * {@code open(UnixPath, int flags, int mode)} and {@code openat(int directory, byte[] name, int
 * flags, int mode)} of the native dispatcher of java.nio.file: with TRUNCATE_EXISTING.
 */
public final class OpenHook implements Hook {
  private static final int O_TRUNC = 0x200; // asm-generic/fcntl.h
  private final Session session;
  private final NameForm form;

  public OpenHook(Session session, NameForm form) {
    this.session = session;
    this.form = form;
  }

  @Override
  public Call enter(Object name, Object none, long a, long b, long c, long d) {
    long flags = form == NameForm.RELATIVE ? b : a;
    return (flags & O_TRUNC) != 0 && session.watches()
        ? SetSizeCall.opening(session, JdkOperation.OPEN, form.path(a, name), flags)
        : null;
  }
}
