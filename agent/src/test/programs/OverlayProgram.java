import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/** Maps a file of the lower layer of an overlay and cuts it, and one of the upper layer. */
public final class OverlayProgram {
  private static final int SIZE = 99_991;

  private OverlayProgram() {}

  public static void main(String[] args) throws Exception {
    Path merged = Path.of(args[0]).resolve("merged");
    Path lower = merged.resolve("lower.dat");
    MappedByteBuffer below;
    try (FileChannel channel = FileChannel.open(lower, READ)) {
      below = channel.map(MapMode.READ_ONLY, 0, SIZE);
    }
    System.out.println("lower " + Stat.of(Path.of(args[0]).resolve("l/lower.dat")));
    cut(lower);
    System.out.println("below " + below.get(SIZE - 1));
    Path upper = merged.resolve("upper.dat");
    MappedByteBuffer above;
    try (FileChannel channel = FileChannel.open(upper, CREATE, READ, WRITE)) {
      above = channel.map(MapMode.READ_WRITE, 0, SIZE);
    }
    System.out.println("upper " + Stat.of(Path.of(args[0]).resolve("u/upper.dat")));
    cut(upper);
    try {
      System.out.println("above " + above.get(SIZE - 1));
    } catch (InternalError e) {
      System.out.println("above fault");
    }
  }

  private static void cut(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, WRITE)) {
      channel.truncate(100);
    }
  }
}
