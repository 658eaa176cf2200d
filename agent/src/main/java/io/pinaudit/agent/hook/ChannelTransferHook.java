package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.Session;
import java.io.FileDescriptor;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;

/**
 * {@code transferToDirectlyInternal(long position, int count, WritableByteChannel, FileDescriptor)}
 * of a FileChannelImpl: where the dispatcher does not transfer yet (JDK 17).
 */
public final class ChannelTransferHook implements Hook {
  private final FileTransferHook dispatcher;
  private final Class<?> channel = Class.forName("sun.nio.ch.FileChannelImpl", false, null);
  private final Class<?> selectable = Class.forName("sun.nio.ch.SelChImpl", false, null);
  private final VarHandle descriptor;
  private final MethodHandle selectableDescriptor;

  public ChannelTransferHook(Session session) throws ReflectiveOperationException {
    this.dispatcher = new FileTransferHook(session, true);
    this.descriptor = JdkInternals.field(channel.getName(), "fd", FileDescriptor.class);
    this.selectableDescriptor =
        JdkInternals.lookup(selectable)
            .findVirtual(selectable, "getFD", MethodType.methodType(FileDescriptor.class))
            .asType(MethodType.methodType(FileDescriptor.class, Object.class));
  }

  @Override
  public Call enter(
      Object source, Object target, long positionBytes, long lengthBytes, long c, long d) {
    FileDescriptor to = descriptor(target);
    return to == null
        ? null
        : dispatcher.enter(descriptor(source), to, positionBytes, lengthBytes, 0, 0);
  }

  private FileDescriptor descriptor(Object object) {
    if (channel.isInstance(object)) {
      return (FileDescriptor) descriptor.get(object);
    }
    try {
      return selectable.isInstance(object)
          ? (FileDescriptor) selectableDescriptor.invokeExact(object)
          : null;
    } catch (Throwable t) {
      throw new IllegalStateException(t);
    }
  }
}
