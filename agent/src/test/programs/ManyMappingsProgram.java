import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Random;
import sun.misc.Unsafe;

/**
 * Holds many mappings and replaces them at random; prints how many there are, and what a mapping
 * and its unmapping take while there are few and while there are many of them.
 */
public final class ManyMappingsProgram {
  private static final int PAGE = 4096;
  private static final int FEW = 1000;
  private static final int MANY = Integer.getInteger("many", 100_000);
  private static final int BATCHES = 100;
  private static final int BATCH = 100;

  // Until the JVM has ended: its recording would find some unmapped that the collector came upon.
  private static ManyMappingsProgram held;

  private final Random random = new Random(7);
  private final MappedByteBuffer[] mappings = new MappedByteBuffer[MANY];
  private final FileChannel channel;
  private final Unsafe unsafe;

  private ManyMappingsProgram(FileChannel channel, Unsafe unsafe) {
    this.channel = channel;
    this.unsafe = unsafe;
  }

  public static void main(String[] args) throws Exception {
    Field field = Unsafe.class.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    Path path = Path.of(args[0]).resolve("many.dat");
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE)) {
      held = new ManyMappingsProgram(channel, (Unsafe) field.get(null));
      held.run();
    }
  }

  private void run() throws IOException {
    map(0, MANY - 1);
    // The kernel gives addresses downwards: with offsets that fall as well it joins the mappings,
    // and a process may have some 65,000 that it cannot join.
    fill(1, FEW);
    System.out.println("few " + replace(FEW));
    fill(FEW, MANY);
    System.out.println("many " + replace(MANY));
    System.out.println("live " + MANY);
  }

  private void fill(int from, int to) throws IOException {
    for (int i = from; i < to; i++) {
      map(i, MANY - 1 - i);
    }
  }

  private void map(int index, int page) throws IOException {
    mappings[index] = channel.map(MapMode.READ_WRITE, (long) page * PAGE, PAGE);
  }

  /** Nanoseconds of one unmapping and one mapping, in the best of many batches. */
  private long replace(int live) throws IOException {
    long best = Long.MAX_VALUE;
    for (int i = 0; i < BATCHES; i++) {
      long start = System.nanoTime();
      for (int j = 0; j < BATCH; j++) {
        int index = random.nextInt(live);
        unsafe.invokeCleaner(mappings[index]);
        map(index, MANY - 1 - index);
      }
      best = Math.min(best, (System.nanoTime() - start) / BATCH);
    }
    return best;
  }
}
