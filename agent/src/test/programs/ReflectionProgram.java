import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.FileDescriptor;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * Calls native methods of the JDK by reflection, as libraries do that map files past the API: needs
 * {@code --add-opens java.base/sun.nio.ch=ALL-UNNAMED} and {@code java.base/java.io}.
 */
public final class ReflectionProgram {
  private static final boolean OLD = Runtime.version().feature() < 21;
  private static final int READ_WRITE = 1; // FileChannelImpl.MAP_RW

  private ReflectionProgram() {}

  public static void main(String[] args) throws Throwable {
    Path path = Path.of(args[0]).resolve("mapped.dat");
    Path other = Path.of(args[0]).resolve("other.dat");
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE);
        RandomAccessFile file = new RandomAccessFile(other.toFile(), "rw")) {
      System.out.println("mapped " + Stat.of(path));
      Class<?> dispatcher =
          Class.forName("sun.nio.ch." + (OLD ? "FileDispatcherImpl" : "UnixFileDispatcherImpl"));
      FileDescriptor descriptor = descriptor(channel);
      Method truncate = open(dispatcher, "truncate0", FileDescriptor.class, long.class);
      file.setLength(77_777);
      truncate.invoke(null, file.getFD(), 55_555L); // line truncate
      for (int i = 0; i < 40; i++) {
        truncate.invoke(null, file.getFD(), 44_000L + i); // line often
      }
      Method setLength = RandomAccessFile.class.getMethod("setLength", long.class);
      setLength.invoke(file, 33_333L); // line setLength
      mapAndRead(channel, descriptor, file.getFD(), dispatcher);
      refusals(truncate, file.getFD());
    }
  }

  private static void mapAndRead(
      FileChannel channel, FileDescriptor descriptor, FileDescriptor from, Class<?> dispatcher)
      throws Throwable {
    channel.truncate(0);
    channel.write(java.nio.ByteBuffer.allocate(1), 99_998);
    Class<?> owner = OLD ? channel.getClass() : dispatcher;
    Method map =
        OLD
            ? open(owner, "map0", int.class, long.class, long.class, boolean.class)
            : open(
                owner,
                "map0",
                FileDescriptor.class,
                int.class,
                long.class,
                long.class,
                boolean.class);
    MethodHandle handle = MethodHandles.lookup().unreflect(map);
    Object first = OLD ? channel : descriptor;
    long address = (long) handle.invoke(first, READ_WRITE, 4096L, 20_000L, false); // line map
    MethodHandle read =
        MethodHandles.privateLookupIn(dispatcher, MethodHandles.lookup())
            .findStatic(
                dispatcher,
                "pread0",
                MethodType.methodType(
                    int.class, FileDescriptor.class, long.class, int.class, long.class));
    int count = (int) read.invokeExact(from, address + 5, 333, 7L); // line read
    check(count, 333);
    Method unmap = open(owner, "unmap0", long.class, long.class);
    check((int) unmap.invoke(null, address, 20_000L), 0); // line unmap
  }

  /** What goes wrong goes wrong as without the agent. */
  private static void refusals(Method truncate, FileDescriptor descriptor) throws Exception {
    try {
      truncate.invoke(null, descriptor, -1L); // line refused
      throw new AssertionError("truncated to -1");
    } catch (InvocationTargetException e) {
      if (!(e.getCause() instanceof IOException)) {
        throw e;
      }
    }
    try {
      truncate.invoke(null, descriptor);
      throw new AssertionError("invoked with too few arguments");
    } catch (IllegalArgumentException e) {
      return;
    }
  }

  private static Method open(Class<?> owner, String name, Class<?>... types) throws Exception {
    Method method = owner.getDeclaredMethod(name, types);
    method.setAccessible(true);
    return method;
  }

  private static FileDescriptor descriptor(FileChannel channel) throws Exception {
    Field field = channel.getClass().getDeclaredField("fd");
    field.setAccessible(true);
    return (FileDescriptor) field.get(channel);
  }

  private static void check(long result, long expected) {
    if (result != expected) {
      throw new AssertionError(result + " instead of " + expected);
    }
  }
}
