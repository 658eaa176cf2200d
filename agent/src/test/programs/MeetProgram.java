import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.Selector;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Comes to calls that a plan names, in ways in which it must not be held, or not for long. */
public final class MeetProgram {
  private static final int SIZE = 65_536;

  /** Half of the time for which the agent holds a thread. */
  private static final long PROMPT_NANOS = 50_000_000;

  private static final Set<Thread.State> STIRS =
      EnumSet.of(Thread.State.NEW, Thread.State.RUNNABLE, Thread.State.BLOCKED);

  private static volatile long heldNanos;
  private static FileChannel channel;
  private static FileChannel sink;
  private static MappedByteBuffer memory;

  private MeetProgram() {}

  /** Hands memory over while it is initialised. */
  static final class Initialised {
    static final int WRITTEN = pinInInitialiser();

    private Initialised() {}
  }

  static int pinInInitialiser() {
    return write(sink);
  }

  private static int write(FileChannel target) {
    try {
      return target.write(memory.slice(0, 4_096), 0);
    } catch (ClosedByInterruptException e) {
      // As the JDK has it for a channel whose thread is interrupted.
      return -1;
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  static void pinOften() {
    for (int i = 0; i < 10; i++) {
      write(sink);
    }
  }

  static void pinInterrupted(FileChannel target) {
    heldNanos = System.nanoTime();
    write(target);
  }

  static void pinWithPermit() {
    write(sink);
  }

  static void pinInLoop() {
    write(sink);
  }

  static void pinMeeting() {
    heldNanos = System.nanoTime();
    write(sink);
  }

  static void cut() throws Exception {
    channel.truncate(1_000);
  }

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    channel =
        FileChannel.open(
            folder.resolve("mapped.dat"),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE);
    memory = channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
    sink =
        FileChannel.open(
            folder.resolve("sink.dat"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    System.out.println("initialised " + Initialised.WRITTEN);
    pinOften();
    interrupted(folder);
    permit();
    loop();
    Thread other = new Thread(MeetProgram::pinMeeting);
    other.start();
    awaitStill(other);
    cut();
    tellWhetherPrompt("met", System.nanoTime());
    other.join();
  }

  /** Waits, without standing still itself, until a thread does: held by the agent, or after it. */
  private static void awaitStill(Thread thread) {
    while (STIRS.contains(thread.getState())) {
      Thread.yield();
    }
  }

  /** On a busy machine a thread may come when the other one is no longer held. */
  private static void tellWhetherPrompt(String name, long comesNanos) {
    System.out.println(name + ".prompt " + (comesNanos - heldNanos < PROMPT_NANOS));
  }

  private static void interrupted(Path folder) throws Exception {
    FileChannel target =
        FileChannel.open(
            folder.resolve("other.dat"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    Thread thread =
        new Thread(
            () -> {
              pinInterrupted(target);
              System.out.println("interrupted " + Thread.currentThread().isInterrupted());
            });
    thread.start();
    awaitStill(thread);
    thread.interrupt();
    tellWhetherPrompt("interrupted", System.nanoTime());
    thread.join();
  }

  /** A permit that was given before is still there afterwards. */
  private static void permit() throws InterruptedException {
    Thread thread =
        new Thread(
            () -> {
              LockSupport.unpark(Thread.currentThread());
              pinWithPermit();
              LockSupport.park();
              System.out.println("parked on");
            });
    thread.start();
    thread.join(5_000);
  }

  private static void loop() throws Exception {
    Thread thread =
        new Thread(
            () -> {
              try (Selector selector = Selector.open()) {
                selector.selectNow();
                pinInLoop();
              } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    thread.start();
    thread.join();
  }
}
