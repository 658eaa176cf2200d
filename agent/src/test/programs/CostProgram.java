import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.lang.foreign.Arena;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Prints what some hooked calls cost, in nanoseconds of this thread's CPU time. */
public final class CostProgram {
  private static final int ROUNDS = 11;
  private static final int SIZE = 1 << 20;

  private CostProgram() {}

  public static void main(String[] args) throws Exception {
    Path path = Files.write(Path.of(args[0]).resolve("cost.dat"), new byte[SIZE]);
    try (FileChannel channel = FileChannel.open(path, READ, WRITE);
        FileChannel reader = FileChannel.open(path, READ)) {
      ByteBuffer mapped = channel.map(MapMode.READ_WRITE, 0, SIZE).slice(4096, 64);
      ByteBuffer memory = ByteBuffer.allocateDirect(64);
      print("read into direct memory", 200_000, () -> reader.read(memory.clear(), 0));
      print("read into a mapping", 200_000, () -> reader.read(mapped.clear(), 0));
      print("map and unmap", 10_000, () -> map(channel));
      print("open and close", 10_000, () -> open(path));
    } finally {
      Files.delete(path);
    }
  }

  private static Object map(FileChannel channel) throws Exception {
    try (Arena arena = Arena.ofConfined()) {
      return channel.map(MapMode.READ_ONLY, 0, 4096, arena);
    }
  }

  private static Object open(Path path) throws Exception {
    try (FileChannel channel = FileChannel.open(path, READ)) {
      return channel;
    }
  }

  private static void print(String what, int times, Callable<?> call) throws Exception {
    repeat(times, call);
    long best = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long start = cpuNanos();
      repeat(times, call);
      best = Math.min(best, cpuNanos() - start);
    }
    System.out.printf("%-24s %,7d ns%n", what, best / times);
  }

  private static void repeat(int times, Callable<?> call) throws Exception {
    for (int i = 0; i < times; i++) {
      call.call();
    }
  }

  private static long cpuNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
