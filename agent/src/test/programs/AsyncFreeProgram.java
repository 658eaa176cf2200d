import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import sun.misc.Unsafe;

/** Frees direct buffers before and after the reads into them have ended. */
public final class AsyncFreeProgram {
  private static final int BLOCK = 40_000_003;

  private AsyncFreeProgram() {}

  public static void main(String[] args) throws Exception {
    Field field = Unsafe.class.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    Unsafe unsafe = (Unsafe) field.get(null);
    Path path = Files.write(Path.of(args[0]).resolve("a.dat"), new byte[77_777]);
    ExecutorService one = Executors.newSingleThreadExecutor();
    try (AsynchronousFileChannel channel =
        AsynchronousFileChannel.open(path, Set.of(CREATE, READ, WRITE), one)) {
      ByteBuffer waited = ByteBuffer.allocateDirect(BLOCK);
      System.out.println(channel.read(waited.limit(999), 7).get());
      unsafe.invokeCleaner(waited); // line afterEnd
      CountDownLatch go = new CountDownLatch(1);
      one.submit(
          () -> {
            go.await();
            return null;
          });
      ByteBuffer early = ByteBuffer.allocateDirect(BLOCK);
      ByteBuffer bystander = ByteBuffer.allocateDirect(5003);
      Future<Integer> read = channel.read(early.limit(997), 7);
      unsafe.invokeCleaner(bystander); // line bystander
      unsafe.invokeCleaner(early); // line beforeEnd
      go.countDown();
      try {
        System.out.println(read.get());
      } catch (ExecutionException e) {
        System.out.println(e.getCause().getMessage());
      }
    }
    one.shutdown();
  }
}
