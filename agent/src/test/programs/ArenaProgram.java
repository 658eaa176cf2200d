import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Maps into each kind of arena and lets go of it. */
public final class ArenaProgram {
  private static final int SIZE = 1_999_993;

  private ArenaProgram() {}

  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]).resolve("mapped.dat");
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE)) {
      Arena confined = Arena.ofConfined();
      channel.map(MapMode.READ_WRITE, 0, SIZE, confined); // line confined
      confined.close(); // line confinedClose
      Arena shared = Arena.ofShared();
      channel.map(MapMode.READ_WRITE, 0, SIZE, shared); // line shared
      shared.close(); // line sharedClose
      automatic(channel);
      for (int i = 0; i < 500 && isMapped(); i++) {
        System.gc();
        Thread.sleep(5);
      }
      channel.map(MapMode.READ_WRITE, 0, SIZE, Arena.global()); // line global
    }
  }

  private static void automatic(FileChannel channel) throws IOException {
    channel.map(MapMode.READ_WRITE, 0, SIZE, Arena.ofAuto()); // line automatic
  }

  private static boolean isMapped() throws Exception {
    Path maps = Path.of("/proc/self/maps");
    return Files.readString(maps, StandardCharsets.ISO_8859_1).contains("mapped.dat");
  }
}
