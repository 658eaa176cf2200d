import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Ends, or comes to grief, in one of the ways that programs do. */
public final class EndProgram {
  private EndProgram() {}

  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]).resolve("mapped.dat");
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE)) {
      channel.map(MapMode.READ_WRITE, 0, 1_999_993).put(7, (byte) 1);
      channel.truncate(5);
      System.out.println("mapped");
    }
    switch (System.getProperty("end")) {
      case "kill" -> {
        new ProcessBuilder("kill", "-9", Long.toString(ProcessHandle.current().pid())).start();
        Thread.sleep(60_000);
      }
      case "exit" -> {
        Runtime.getRuntime().addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(7)));
        System.exit(3);
      }
      case "memory" -> exhaust(path);
      case "disk" -> fill();
      default -> throw new IllegalArgumentException();
    }
  }

  /**
   * Goes on working where every allocation may fail, and lets the JVM unmap a buffer meanwhile. It
   * has unmapped one before: a JDK that has to look its native method up just then does not survive
   * that by itself.
   */
  private static void exhaust(Path path) throws Exception {
    awaitUnmapped(path);
    try (FileChannel channel = FileChannel.open(path, READ, WRITE)) {
      channel.map(MapMode.READ_WRITE, 0, 1_999_993);
    }
    List<byte[]> hoard = new ArrayList<>();
    int size = 1 << 20;
    while (size > 16) {
      try {
        hoard.add(new byte[size]);
      } catch (OutOfMemoryError e) {
        size /= 2;
      }
    }
    int failed = 0;
    for (int i = 0; i < 100; i++) {
      try (FileChannel channel = FileChannel.open(path, READ, WRITE)) {
        channel.truncate(i);
      } catch (OutOfMemoryError e) {
        failed++;
      }
    }
    hoard.clear();
    awaitUnmapped(path);
    System.out.println("survived " + (failed > 0 || size <= 16) + ", mapped " + isMapped(path));
  }

  private static void awaitUnmapped(Path path) throws Exception {
    for (int i = 0; i < 500 && isMapped(path); i++) {
      System.gc();
      Thread.sleep(10);
    }
  }

  private static boolean isMapped(Path path) throws IOException {
    return Files.readString(Path.of("/proc/self/maps")).contains(path.getFileName().toString());
  }

  /** Writes to a device that is always full. */
  private static void fill() throws IOException {
    try (RandomAccessFile full = new RandomAccessFile("/dev/full", "rw")) {
      full.write(new byte[4096]);
    } catch (IOException e) {
      System.out.println(e.getMessage());
    }
  }
}
