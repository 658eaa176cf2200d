import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/** Has files cut below its mappings, by itself and by others, and some that are not cut. */
public final class CutProgram {
  private static final int SIZE = 1_999_993;
  private static final List<MappedByteBuffer> LIVE = new ArrayList<>();

  private CutProgram() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Path truncated = map(folder, "truncated.dat");
    try (FileChannel channel = FileChannel.open(truncated, WRITE)) {
      channel.truncate(100_001); // line truncate
      channel.truncate(50_001); // line truncateAgain
    }
    fault();
    Path length = map(folder, "length.dat");
    try (RandomAccessFile file = new RandomAccessFile(length.toFile(), "rw")) {
      file.setLength(4096); // line setLength
    }
    Path opened = map(folder, "opened.dat");
    FileChannel.open(opened, WRITE, StandardOpenOption.TRUNCATE_EXISTING).close(); // line open
    near(folder);
    others(folder);
    System.out.println(LIVE.size());
  }

  private static Path map(Path folder, String name) throws IOException {
    Path path = folder.resolve(name);
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE)) {
      LIVE.add(channel.map(MapMode.READ_WRITE, 0, SIZE));
    }
    return path;
  }

  private static void fault() {
    try {
      LIVE.get(0).get(1_000_000);
      System.out.println("read");
    } catch (InternalError e) {
      System.out.println("fault");
    }
  }

  /** Cuts that take no page away. */
  private static void near(Path folder) throws IOException {
    Path kept = map(folder, "kept.dat");
    try (FileChannel channel = FileChannel.open(kept, WRITE)) {
      channel.truncate(SIZE - 5); // line withinPage
      channel.truncate(1_998_849); // line lastPage
    }
    Path part = folder.resolve("part.dat");
    try (FileChannel channel = FileChannel.open(part, CREATE, READ, WRITE)) {
      channel.map(MapMode.READ_WRITE, 0, SIZE);
      LIVE.add(channel.map(MapMode.READ_WRITE, 8192, 5000));
    }
    Path grown = map(folder, "grown.dat");
    try (FileChannel channel = FileChannel.open(grown, WRITE)) {
      channel.write(java.nio.ByteBuffer.allocate(77), SIZE + 100_000L);
    }
  }

  /** What other processes do. */
  private static void others(Path folder) throws Exception {
    Path cut = map(folder, "cut.dat");
    run("truncate", "-s", "12345", cut.toString());
    Path replaced = map(folder, "replaced.dat");
    Path other = Files.write(folder.resolve("other.dat"), new byte[5]);
    run("mv", other.toString(), replaced.toString());
    Thread.sleep(2500);
    Path late = map(folder, "late.dat");
    run("truncate", "-s", "0", late.toString());
  }

  private static void run(String... command) throws Exception {
    if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
      throw new IOException(command[0]);
    }
  }
}
