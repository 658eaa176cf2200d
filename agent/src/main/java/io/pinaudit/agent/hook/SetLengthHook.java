package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.call.SetSizeCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.JdkOperation;
import io.pinaudit.agent.state.Session;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;

/**
 * {@code RandomAccessFile.setLength(long)}; told from where it is called if it is native, and then
 * also of other methods of that name.
 */
public final class SetLengthHook implements Hook {
  private static final Overriding OVERRIDING = new Overriding();
  private final Session session;

  public SetLengthHook(Session session) {
    this.session = session;
  }

  @Override
  public Call enter(Object object, Object from, long lengthBytes, long b, long c, long d) {
    if (!SetSizeCall.wanted(session)
        || !(object instanceof RandomAccessFile file)
        || from instanceof Class<?> type && OVERRIDING.get(type)) {
      return null;
    }
    try {
      int fd = JdkInternals.number(file.getFD());
      return SetSizeCall.ofDescriptor(session, JdkOperation.SET_LENGTH, fd, lengthBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether a class has a method of its own: the call in that one is told, too. */
  private static final class Overriding extends ClassValue<Boolean> {
    @Override
    protected Boolean computeValue(Class<?> type) {
      return type != null
          && type != RandomAccessFile.class
          && (hasOwn(type) || computeValue(type.getSuperclass()));
    }

    private static boolean hasOwn(Class<?> type) {
      try {
        return type.getDeclaredMethod("setLength", long.class) != null;
      } catch (NoSuchMethodException | LinkageError e) {
        // One whose methods cannot be read is taken to have none.
        return false;
      }
    }
  }
}
