import io.pinaudit.events.PinMarker;
import java.io.File;
import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.lang.ref.Cleaner;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import sun.misc.Unsafe;

/** Takes memory and file ranges from under those who use them, and from beside them. */
public final class GuardProgram {
  private static final int SIZE = 1_000_003;
  private static final int PART = 300_007;
  private static Path folder;
  private static FileChannel channel;
  private static MappedByteBuffer memory;
  private static Unsafe unsafe;

  private GuardProgram() {}

  /** What became of a call: {@code done}, or the class of what it threw and how long it took. */
  private static void tell(String name, Callable<?> call) {
    long start = System.nanoTime();
    String result = "done";
    try {
      call.call();
    } catch (Exception e) {
      result = e.getClass().getSimpleName();
      if (e.getSuppressed().length > 0) {
        Throwable holder = e.getSuppressed()[0];
        System.out.println(name + ".holder " + holder.getStackTrace()[0].getMethodName());
        System.out.println(name + ".message " + e.getMessage());
      }
    }
    long millis = (System.nanoTime() - start) / 1_000_000;
    System.out.println(name + " " + result);
    System.out.println(name + ".millis " + millis);
  }

  /** A thread that writes mapped memory into a pipe that nobody reads, until it is told to. */
  private static final class Writer implements AutoCloseable {
    private final Pipe pipe = Pipe.open();
    private final Thread thread;

    Writer() throws Exception {
      thread = new Thread(this::writeOut, "writer");
      thread.start();
      while (thread.isAlive() && !isWriting()) {
        Thread.sleep(5);
      }
      Thread.sleep(60);
    }

    private boolean isWriting() {
      return Stream.of(thread.getStackTrace())
          .anyMatch(frame -> frame.getMethodName().equals("write0"));
    }

    private void writeOut() {
      try (Pipe.SinkChannel sink = pipe.sink()) {
        sink.write(memory.slice(0, PART));
      } catch (java.io.IOException e) {
        // The file was cut below it.
        System.out.println("fault " + e.getMessage());
      }
    }

    @Override
    public void close() throws Exception {
      ByteBuffer sink = ByteBuffer.allocate(PART);
      while (sink.hasRemaining() && pipe.source().read(sink) >= 0) {}
      thread.join();
      pipe.source().close();
    }
  }

  public static void main(String[] args) throws Exception {
    folder = Path.of(args[0]);
    Field field = Unsafe.class.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    unsafe = (Unsafe) field.get(null);
    channel = open("mapped.dat");
    memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
    cuts();
    own();
    waits();
    asynchronous();
    cleaner();
    System.out.println("end");
  }

  private static FileChannel open(String name) throws Exception {
    return FileChannel.open(
        folder.resolve(name),
        StandardOpenOption.CREATE,
        StandardOpenOption.READ,
        StandardOpenOption.WRITE);
  }

  private static void cuts() throws Exception {
    Path path = folder.resolve("mapped.dat");
    Files.write(folder.resolve("other.dat"), new byte[SIZE]);
    try (Writer writer = new Writer();
        FileChannel other = open("other.dat");
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      tell("other", () -> other.truncate(7));
      tell("beyond", () -> channel.truncate(PART + 1));
      tell("truncate", () -> channel.truncate(PART - 1)); // line truncate
      tell(
          "setLength",
          () -> {
            file.setLength(1);
            return null;
          });
      tell("open", () -> FileChannel.open(path, StandardOpenOption.WRITE, TRUNCATE));
      tell("stream", () -> new FileOutputStream(path.toFile()));
      tell("delete", () -> Files.deleteIfExists(path));
    }
    tell("ended", () -> channel.truncate(5_003));
  }

  private static final StandardOpenOption TRUNCATE = StandardOpenOption.TRUNCATE_EXISTING;

  /** Pins that only this thread could end. */
  private static void own() throws Exception {
    try (FileChannel mine = open("own.dat")) {
      MappedByteBuffer pinned = mine.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
      PinMarker.pin(pinned, "device"); // line pin
      tell("own", () -> mine.truncate(0));
      tell("ownCleaner", () -> invokeCleaner(pinned.duplicate()));
      PinMarker.unpin(pinned, "device");
      tell("unpinned", () -> mine.truncate(0));
    }
  }

  private static Object invokeCleaner(ByteBuffer buffer) {
    unsafe.invokeCleaner(buffer);
    return null;
  }

  private static void waits() throws Exception {
    channel.write(ByteBuffer.allocate(1), SIZE - 1);
    Writer writer = new Writer();
    Thread interrupted =
        new Thread(
            () -> {
              tell("interrupted", () -> truncateByName(1));
              System.out.println("flag " + Thread.currentThread().isInterrupted());
            });
    interrupted.start();
    Still.await(interrupted);
    interrupted.interrupt();
    interrupted.join();
    Thread waiting = Thread.currentThread();
    Thread later =
        new Thread(
            () -> {
              try {
                Still.await(waiting);
                writer.close();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            });
    later.start();
    tell("wait", () -> truncateByName(2)); // line wait
    later.join();
  }

  /** Not through a channel, which an interrupt would close. */
  private static Object truncateByName(long bytes) throws Exception {
    try (RandomAccessFile file = new RandomAccessFile("/proc/self/fd/" + descriptor(), "rw")) {
      file.setLength(bytes);
    }
    return null;
  }

  private static String descriptor() throws Exception {
    for (File fd : new File("/proc/self/fd").listFiles()) {
      Path target = Files.readSymbolicLink(fd.toPath());
      if (target.toString().startsWith(folder.resolve("mapped.dat").toString())) {
        return fd.getName();
      }
    }
    throw new IllegalStateException("mapped.dat is not open");
  }

  private static void asynchronous() throws Exception {
    Path path = Files.write(folder.resolve("read.dat"), new byte[77_777]);
    ExecutorService one = Executors.newSingleThreadExecutor();
    try (AsynchronousFileChannel reads =
        AsynchronousFileChannel.open(path, Set.of(StandardOpenOption.READ), one)) {
      CountDownLatch go = new CountDownLatch(1);
      one.submit(() -> go.await(20, TimeUnit.SECONDS));
      ByteBuffer target = ByteBuffer.allocateDirect(40_000_003);
      ByteBuffer bystander = ByteBuffer.allocateDirect(5_003);
      Future<Integer> read = reads.read(target.limit(997), 7);
      tell("bystander", () -> invokeCleaner(bystander));
      Thread freeing = Thread.currentThread();
      new Thread(
              () -> {
                Still.await(freeing);
                go.countDown();
              })
          .start();
      tell("free", () -> invokeCleaner(target)); // line free
      try {
        System.out.println("read " + read.get());
      } catch (ExecutionException e) {
        System.out.println("read " + e.getCause().getMessage());
      }
    } finally {
      one.shutdown();
    }
  }

  /** What a cleaner does must neither wait nor fail. */
  private static void cleaner() throws Exception {
    try (FileChannel mine = open("cleaned.dat")) {
      MappedByteBuffer pinned = mine.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
      PinMarker.pin(pinned, "device");
      AtomicReference<Thread> thread = new AtomicReference<>();
      CountDownLatch cleaned = new CountDownLatch(1);
      Cleaner.create()
          .register(
              new Object(),
              () -> {
                thread.set(Thread.currentThread());
                tell("cleaner", () -> mine.truncate(1)); // line cleaner
                tell("cleanerUnmap", () -> invokeCleaner(pinned));
                cleaned.countDown();
              });
      for (int i = 0; i < 200 && !cleaned.await(10, TimeUnit.MILLISECONDS); i++) {
        System.gc();
      }
      // Now it is mapped no more: its last name keeps its pages.
      tell("deleteUnmapped", () -> Files.deleteIfExists(folder.resolve("cleaned.dat")));
      tell("fileDelete", () -> folder.resolve("cleaned.dat").toFile().delete());
    }
  }
}
