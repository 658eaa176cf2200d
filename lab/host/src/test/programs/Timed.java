import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Does what a plan says, {@code 800:cut 300:near}: waits so many milliseconds and then cuts a file
 * below a mapping, or does what comes near to it. Of each cut it prints when it happened. {@code
 * 0:await} waits until there is a file of that number in the folder, {@code 3.go}.
 */
public final class Timed {
  private static final long PAGES_16 = 65_536;

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    try (Arena arena = Arena.ofShared()) {
      for (int i = 1; i < args.length; i++) {
        String[] step = args[i].split(":");
        work(folder, Long.parseLong(step[0]));
        switch (step[1]) {
          case "cut" -> cut(folder.resolve(i + ".cut"), arena);
          case "await" -> {
            while (!Files.exists(folder.resolve(i + ".go"))) {
              work(folder, 20);
            }
          }
          case "near" -> near(folder.resolve(i + ".near"));
          case "kill" -> {
            String pid = Long.toString(ProcessHandle.current().pid());
            new ProcessBuilder("kill", "-9", pid).start().waitFor();
          }
          default -> throw new IllegalArgumentException(args[i]);
        }
      }
    }
  }

  /** Direct buffers, mapped memory and files, without any harm. */
  private static void work(Path folder, long millis) throws Exception {
    long end = System.nanoTime() + millis * 1_000_000;
    try (FileChannel file = FileChannel.open(folder.resolve("work"), CREATE, READ, WRITE)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(4_096);
      do {
        file.write(buffer.clear(), 0);
        file.read(buffer.clear(), 0);
        Thread.sleep(1);
      } while (System.nanoTime() < end);
    }
  }

  private static void cut(Path path, Arena arena) throws Exception {
    try (FileChannel file = FileChannel.open(path, CREATE, READ, WRITE)) {
      file.write(ByteBuffer.allocate((int) PAGES_16));
      file.map(FileChannel.MapMode.READ_WRITE, 0, PAGES_16, arena);
      System.out.println("FACT " + path.getFileName() + " " + System.currentTimeMillis());
      System.out.flush();
      file.truncate(12_345);
    }
  }

  private static void near(Path path) throws Exception {
    try (FileChannel file = FileChannel.open(path, CREATE, READ, WRITE)) {
      file.write(ByteBuffer.allocate((int) PAGES_16));
      try (Arena arena = Arena.ofConfined()) {
        file.map(FileChannel.MapMode.READ_WRITE, 0, 4_096, arena);
        file.truncate(12_345);
      }
      file.truncate(0);
    }
    Files.delete(path);
  }
}
