import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.nio.channels.FileChannel.MapMode.READ_WRITE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.pinaudit.samples.IoRing;
import io.pinaudit.samples.NativeCall;
import io.pinaudit.samples.Pipe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;

/**
 * A busy store, in which hazards and what comes near to them happen at random times: {@code java
 * Load.java FOLDER SECONDS SEED GAP}. Of each hazard it prints when it happened, {@code FACT KIND
 * NUMBER MILLIS}; the file of a hazard is named {@code KIND-NUMBER}. Hazards are GAP to three times
 * GAP milliseconds apart.
 */
public final class Load {
  private static final int PAGES_16 = 65_536;
  private static final int CUT_BYTES = 12_345;
  private static final long LENT_MILLIS = 300;

  /** Only probes see who reads a pipe; without them a pipe that was read is a possible hazard. */
  private static final boolean DRAINS_ARE_SEEN = System.getenv("PINAUDIT_DAX") != null;

  private final Path folder;
  private final Random random;
  private final long endNanos;

  private Load(Path folder, long seconds, long seed) {
    this.folder = folder;
    this.random = new Random(seed);
    this.endNanos = System.nanoTime() + seconds * 1_000_000_000;
  }

  /** What happens now and then: a hazard, or in one case of four what comes near to it. */
  private enum Kind {
    CUT,
    UNMAP,
    FREE
  }

  public static void main(String[] args) throws Exception {
    Load load = new Load(Path.of(args[0]), Long.parseLong(args[1]), Long.parseLong(args[2]));
    Thread store = Thread.ofPlatform().daemon().start(load::store);
    load.happen(Long.parseLong(args[3]));
    store.join();
  }

  private void happen(long gapMillis) throws Exception {
    Thread.sleep(4_000);
    int[] numbers = new int[Kind.values().length];
    while (System.nanoTime() < endNanos) {
      Kind kind = Kind.values()[random.nextInt(numbers.length)];
      boolean hazard = random.nextInt(4) > 0;
      String name = kind.name().toLowerCase();
      Path file = folder.resolve(hazard ? name + "-" + ++numbers[kind.ordinal()] : "near-" + name);
      switch (kind) {
        case CUT -> cut(file, hazard);
        case UNMAP -> unmap(file, hazard);
        case FREE -> free(file, hazard);
      }
      Files.deleteIfExists(file);
      Thread.sleep(gapMillis + random.nextLong(2 * gapMillis));
    }
    Thread.sleep(4_000);
  }

  private static void fact(Path file) {
    System.out.println(
        "FACT "
            + file.getFileName().toString().replace('-', ' ')
            + " "
            + System.currentTimeMillis());
    System.out.flush();
  }

  private FileChannel file(Path path) throws IOException {
    FileChannel file = FileChannel.open(path, CREATE, READ, WRITE);
    file.write(ByteBuffer.allocate(PAGES_16));
    return file;
  }

  /** The mapping is longer than the file for a moment. */
  private void cut(Path path, boolean hazard) throws IOException {
    try (FileChannel file = file(path);
        Arena arena = Arena.ofShared()) {
      if (hazard) {
        file.map(READ_WRITE, 0, PAGES_16, arena);
        fact(path);
        file.truncate(CUT_BYTES);
      } else {
        file.map(READ_WRITE, 0, CUT_BYTES, arena);
        file.truncate(CUT_BYTES);
      }
    }
  }

  /** A ring reads from a pipe into mapped memory that is gone before the bytes come. */
  private void unmap(Path path, boolean hazard) throws Exception {
    IoRing ring = IoRing.open();
    MemorySegment ends = Arena.ofAuto().allocate(JAVA_INT, 2);
    NativeCall.of("pipe", ends);
    try (FileChannel file = file(path)) {
      try (Arena arena = Arena.ofShared()) {
        MemorySegment mapped = file.map(READ_WRITE, 0, PAGES_16, arena);
        ring.queueRead(ends.getAtIndex(JAVA_INT, 0), mapped, -1);
        ring.submit(1);
        if (hazard) {
          fact(path);
        } else {
          complete(ring, ends);
        }
      }
      if (hazard) {
        Thread.sleep(LENT_MILLIS);
        complete(ring, ends);
      }
    }
  }

  private static void complete(IoRing ring, MemorySegment ends) throws IOException {
    MemorySegment message = Arena.ofAuto().allocate(PAGES_16 / 2);
    NativeCall.of("write", ends.getAtIndex(JAVA_INT, 1), message, message.byteSize());
    ring.awaitCompletions(1);
  }

  /** A pipe holds pages of a file when they are freed. */
  private void free(Path path, boolean hazard) throws Exception {
    try (Pipe pipe = Pipe.withRoomFor(PAGES_16)) {
      try (FileChannel file = file(path);
          Arena arena = Arena.ofShared()) {
        MemorySegment mapped = file.map(READ_WRITE, 0, PAGES_16, arena).fill((byte) 1);
        if (hazard || DRAINS_ARE_SEEN) {
          pipe.lend(mapped);
        } else {
          pipe.write(mapped);
        }
      }
      if (hazard) {
        fact(path);
        Files.delete(path);
        Thread.sleep(LENT_MILLIS);
        pipe.drain();
      } else {
        pipe.drain();
        Files.delete(path);
      }
    }
  }

  /** Reads, writes, maps, grows, cuts and deletes files of its own, without any harm. */
  private void store() {
    try {
      ByteBuffer buffer = ByteBuffer.allocateDirect(4_096);
      for (int i = 0; System.nanoTime() < endNanos; i = (i + 1) % 16) {
        Path path = folder.resolve("store-" + i);
        try (FileChannel file = file(path)) {
          try (Arena arena = Arena.ofConfined()) {
            file.map(READ_WRITE, 0, PAGES_16, arena).fill((byte) i);
          }
          for (int page = 0; page < 64; page++) {
            file.write(buffer.clear(), page % 16 * 4_096);
            file.read(buffer.clear(), page % 16 * 4_096);
          }
          file.truncate(CUT_BYTES);
        }
        Files.delete(path);
        Thread.sleep(20);
      }
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
