package io.pinaudit.benchmarks;

import com.sun.nio.file.ExtendedOpenOption;
import io.pinaudit.allocator.Extent;
import io.pinaudit.allocator.Pin;
import io.pinaudit.allocator.PinOptions;
import io.pinaudit.allocator.PinPolicy;
import io.pinaudit.allocator.PoolOptions;
import io.pinaudit.allocator.Transfer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * O_DIRECT reads at random offsets of a file into an extent, pinned by each policy or not at all.
 *
 * <p>Not with JMH: a device's times wander by more than what is to be measured, so the ways
 * alternate, read by read, and their medians are compared.
 */
final class DirectReads {
  private static final int FILE_BYTES = 64 << 20;
  private static final int[] SIZES = {4096, 65_536, 1 << 20};

  /** One way to read into an extent. */
  private interface Way {
    int read(ByteBufferReader reader) throws IOException;
  }

  /** Reads from the disk at the offset that is this turn's. */
  private interface ByteBufferReader {
    int read(ByteBuffer into) throws IOException;
  }

  private DirectReads() {}

  static void measure(int rounds) throws IOException {
    Path source = Files.createTempFile("pinaudit-benchmark", ".source");
    try (FileChannel disk = openFull(source);
        ScratchPool defers = ScratchPool.create(PoolOptions.ofLength(16 << 20));
        ScratchPool waits =
            ScratchPool.create(PoolOptions.ofLength(16 << 20).policy(PinPolicy.WAIT))) {
      for (int sizeBytes : SIZES) {
        Extent deferring = defers.pool().allocate(sizeBytes);
        Extent waiting = waits.pool().allocate(sizeBytes);
        deferring.segment().fill((byte) 1);
        waiting.segment().fill((byte) 1);
        compare(disk, sizeBytes, ways(deferring, waiting), rounds * 1000);
      }
    } finally {
      Files.delete(source);
    }
  }

  private static FileChannel openFull(Path source) throws IOException {
    Files.write(source, new byte[FILE_BYTES]);
    return FileChannel.open(source, StandardOpenOption.READ, ExtendedOpenOption.DIRECT);
  }

  private static Map<String, Way> ways(Extent deferring, Extent waiting) {
    PinOptions copy = PinOptions.named("benchmark").policy(PinPolicy.COPY);
    Map<String, Way> ways = new LinkedHashMap<>();
    ways.put("unprotected", reader -> reader.read(deferring.segment().asByteBuffer()));
    ways.put("unprotected again", reader -> reader.read(waiting.segment().asByteBuffer()));
    ways.put("DEFER", reader -> pinned(deferring.pin("benchmark"), reader));
    ways.put("WAIT", reader -> pinned(waiting.pin("benchmark"), reader));
    ways.put("COPY, in", reader -> pinned(deferring.pin(copy.transfer(Transfer.IN)), reader));
    ways.put("COPY, both", reader -> pinned(deferring.pin(copy), reader));
    return ways;
  }

  private static int pinned(Pin taken, ByteBufferReader reader) throws IOException {
    try (Pin pin = taken) {
      return reader.read(pin.buffer());
    }
  }

  private static void compare(FileChannel disk, int sizeBytes, Map<String, Way> ways, int turns)
      throws IOException {
    Random random = new Random(1);
    List<Way> all = List.copyOf(ways.values());
    List<Integer> order = new ArrayList<>(IntStream.range(0, all.size()).boxed().toList());
    long[][] nanos = new long[all.size()][turns];
    for (int turn = 0; turn < turns; turn++) {
      // Each turn has a new order and its own offset, so that no way profits from the one before
      // it.
      Collections.shuffle(order, random);
      for (int way : order) {
        long offset = (long) random.nextInt(FILE_BYTES / sizeBytes) * sizeBytes;
        long start = System.nanoTime();
        int count = all.get(way).read(into -> disk.read(into, offset));
        nanos[way][turn] = System.nanoTime() - start;
        if (count != sizeBytes) {
          throw new IOException(count + " of " + sizeBytes + " bytes at " + offset);
        }
      }
    }
    long reference = 0;
    int way = 0;
    for (String name : ways.keySet()) {
      // The first tenth is left out: the code is still being compiled.
      long median = median(Arrays.copyOfRange(nanos[way], turns / 10, turns));
      reference = way++ == 0 ? median : reference;
      System.out.printf(
          "direct read of %7d bytes  %-18s median %8.1f us  ratio %.3f%n",
          sizeBytes, name, median / 1e3, (double) median / reference);
    }
  }

  private static long median(long[] values) {
    Arrays.sort(values);
    return values[values.length / 2];
  }
}
