import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/** Runs out of stack in hooked calls, again and again, and prints where if it is in the agent. */
public final class DeepProgram {
  private static final int THREADS = 10;
  private static final long STACK_BYTES = 200_000;

  private DeepProgram() {}

  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]).resolve("deep.dat");
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE)) {
      MappedByteBuffer buffer = channel.map(MapMode.READ_WRITE, 0, 60_000);
      for (int i = 0; i < THREADS; i++) {
        // Another depth each time: what overflows is another frame.
        int ahead = i;
        Thread thread =
            new Thread(null, () -> overflow(channel, buffer, ahead), "overflow", STACK_BYTES);
        thread.start();
        thread.join();
      }
    }
    System.out.println("done");
  }

  private static void overflow(FileChannel channel, MappedByteBuffer buffer, int ahead) {
    try {
      dive(channel, buffer, ahead);
    } catch (StackOverflowError e) {
      StackTraceElement top = e.getStackTrace()[0];
      if (top.getClassName().startsWith("io.pinaudit")) {
        System.out.println(top.getClassName() + "." + top.getMethodName());
      }
    } catch (IOException e) {
      System.out.println(e);
    }
  }

  private static void dive(FileChannel channel, MappedByteBuffer buffer, int ahead)
      throws IOException {
    if (ahead <= 0) {
      channel.read(buffer.duplicate().clear(), 0);
      channel.truncate(50_000 - (-ahead % 100));
    }
    dive(channel, buffer, ahead - 1);
  }
}
