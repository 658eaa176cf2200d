import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/** Maps and unmaps on a virtual thread; prints the kernel thread that carries it. */
public final class VirtualThreadProgram {
  private VirtualThreadProgram() {}

  public static void main(String[] args) throws InterruptedException {
    Path path = Path.of(args[0]).resolve("virtual.dat");
    Thread.ofVirtual().start(() -> map(path)).join();
  }

  private static void map(Path path) {
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE);
        Arena arena = Arena.ofConfined()) {
      channel.map(MapMode.READ_WRITE, 0, 1_999_993, arena); // line map
      Path self = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      System.out.println("tid " + self.getFileName());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
