import static java.nio.file.StandardOpenOption.*;

import java.lang.foreign.*;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.file.*;

/** Takes files away from under a mapping and from under pages lent to a pipe. */
class MappedCut {
  private static final long BYTES = 8 * 4096;

  public static void main(String[] args) throws Throwable {
    Path folder = Path.of(args[0]);
    cutUnderMapping(folder.resolve("mapped"));
    cutAfterUnmapping(folder.resolve("near-miss"));
    deleteUnderPipe(folder.resolve("lent"));
  }

  private static FileChannel create(Path file) throws Exception {
    FileChannel channel = FileChannel.open(file, CREATE_NEW, READ, WRITE);
    channel.write(java.nio.ByteBuffer.allocate((int) BYTES), 0);
    return channel;
  }

  private static void cutUnderMapping(Path file) throws Exception {
    try (FileChannel channel = create(file);
        Arena arena = Arena.ofConfined()) {
      channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena);
      channel.truncate(4096);
    }
    Files.delete(file);
  }

  private static void cutAfterUnmapping(Path file) throws Exception {
    try (FileChannel channel = create(file)) {
      try (Arena arena = Arena.ofConfined()) {
        channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena);
      }
      channel.truncate(0);
    }
    Files.delete(file);
  }

  private static void deleteUnderPipe(Path file) throws Throwable {
    Linker linker = Linker.nativeLinker();
    MethodHandle pipe =
        linker.downcallHandle(
            linker.defaultLookup().find("pipe").get(),
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
    MethodHandle vmsplice =
        linker.downcallHandle(
            linker.defaultLookup().find("vmsplice").get(),
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.ADDRESS,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT));
    try (Arena all = Arena.ofConfined()) {
      MemorySegment fds = all.allocate(8);
      int failed = (int) pipe.invokeExact(fds);
      try (FileChannel channel = create(file);
          Arena arena = Arena.ofConfined()) {
        MemorySegment memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, BYTES, arena);
        MemorySegment iovec = all.allocate(16);
        iovec.set(ValueLayout.JAVA_LONG, 0, memory.address());
        iovec.set(ValueLayout.JAVA_LONG, 8, 2 * 4096);
        long lent = (long) vmsplice.invokeExact(fds.get(ValueLayout.JAVA_INT, 4), iovec, 1L, 0);
        System.out.println("lent " + lent + ", pipe " + failed);
      }
    }
    Files.delete(file);
  }
}
