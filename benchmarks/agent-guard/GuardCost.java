import io.pinaudit.events.PinMarker;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/** Prints what a read into a mapping costs, and what unmapping a file costs that is pinned. */
public final class GuardCost {
  private static final int FILES = 50;
  private static final int ROUNDS = 40;
  private static final int WARM_UP = 10;
  private static final int READS = 200_000;
  private static final int SIZE = 1 << 20;

  private GuardCost() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    reads(folder);
    unmap(folder, false);
    unmap(folder, true);
  }

  private static void reads(Path folder) throws Exception {
    Path path = Files.write(folder.resolve("read.dat"), new byte[SIZE]);
    long best = Long.MAX_VALUE;
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      ByteBuffer mapped = channel.map(MapMode.READ_WRITE, 0, SIZE).slice(4_096, 64);
      for (int round = 0; round < WARM_UP + 1; round++) {
        long start = System.nanoTime();
        for (int i = 0; i < READS; i++) {
          channel.read(mapped.clear(), 0);
        }
        best = Math.min(best, System.nanoTime() - start);
      }
    }
    Files.delete(path);
    System.out.printf("read into a mapping    %,7d ns%n", best / READS);
  }

  private static void unmap(Path folder, boolean pinned) throws Exception {
    long[] nanos = new long[FILES * (ROUNDS - WARM_UP)];
    for (int round = 0; round < ROUNDS; round++) {
      MemorySegment[] pages = new MemorySegment[FILES];
      for (int i = 0; i < FILES; i++) {
        Path path = Files.write(folder.resolve("unmap-" + i + ".dat"), new byte[4_096]);
        Arena arena = Arena.ofConfined();
        try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
          MemorySegment segment = channel.map(MapMode.READ_WRITE, 0, 4_096, arena);
          pages[i] = MemorySegment.ofAddress(segment.address()).reinterpret(4_096);
        }
        if (pinned) {
          PinMarker.pin(pages[i], "device " + i);
        }
        long start = System.nanoTime();
        arena.close();
        long end = System.nanoTime();
        if (round >= WARM_UP) {
          nanos[(round - WARM_UP) * FILES + i] = end - start;
        }
      }
      for (int i = 0; i < FILES; i++) {
        if (pinned) {
          PinMarker.unpin(pages[i], "device " + i);
        }
        Files.delete(folder.resolve("unmap-" + i + ".dat"));
      }
      // Until nothing is kept any more.
      Thread.sleep(30);
    }
    Arrays.sort(nanos);
    System.out.printf(
        "unmap %-16s %,7d ns (median of %d)%n",
        pinned ? "a pinned file" : "another file", nanos[nanos.length / 2], nanos.length);
  }
}
