import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * A store without a hazard: its threads read asynchronously into mapped files, and delete, cut and
 * replace these under the lock of the store after the reads have ended.
 */
public final class StoreProgram {
  private static final int SIZE = 65_536;
  private static final int FILES = 120;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private final Path folder;
  private final AsynchronousFileChannel storage;

  private StoreProgram(Path folder, AsynchronousFileChannel storage) {
    this.folder = folder;
    this.storage = storage;
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Path path = Files.write(folder.resolve("storage.dat"), new byte[8 * SIZE]);
    ExecutorService readers = Executors.newFixedThreadPool(3);
    ExecutorService threads = Executors.newFixedThreadPool(6);
    Set<StandardOpenOption> read = Set.of(StandardOpenOption.READ);
    try (AsynchronousFileChannel storage = AsynchronousFileChannel.open(path, read, readers)) {
      StoreProgram store = new StoreProgram(folder, storage);
      List<Future<Integer>> all = new ArrayList<>();
      for (int i = 0; i < FILES; i++) {
        int number = i;
        all.add(threads.submit(() -> store.use(number)));
      }
      int sum = 0;
      for (Future<Integer> each : all) {
        sum += each.get();
      }
      System.out.println("read " + sum);
    }
    threads.shutdown();
    readers.shutdown();
    System.out.println("mapped " + Files.readString(Path.of("/proc/self/maps")).contains("/part-"));
    System.out.println("end");
  }

  private int use(int number) throws Exception {
    Path path = folder.resolve("part-" + number);
    lock.readLock().lock();
    int bytes;
    try {
      bytes = fill(path, number);
    } finally {
      lock.readLock().unlock();
    }
    lock.writeLock().lock();
    try {
      end(path, number);
    } finally {
      lock.writeLock().unlock();
    }
    return bytes;
  }

  private int fill(Path path, int number) throws Exception {
    Files.write(path, new byte[SIZE]);
    try (FileChannel channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        Arena arena = Arena.ofShared()) {
      ByteBuffer memory =
          channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE, arena).asByteBuffer();
      return storage.read(memory, number % 8 * (long) SIZE).get();
    }
  }

  private void end(Path path, int number) throws Exception {
    switch (number % 3) {
      case 0 -> Files.delete(path);
      case 1 -> {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
          channel.truncate(7);
        }
      }
      default -> {
        Path next = Files.write(folder.resolve("next-" + number), new byte[7]);
        Files.move(next, path, StandardCopyOption.REPLACE_EXISTING);
      }
    }
  }
}
