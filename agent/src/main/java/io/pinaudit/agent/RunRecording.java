package io.pinaudit.agent;

import io.pinaudit.agent.jdk.JdkInternals;
import java.io.IOException;
import java.io.Reader;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Method;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.text.ParseException;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/**
 * The flight recording that a recorder asks for in a file. The agent starts it, because an option
 * of the JVM would keep the application from starting wherever the recording cannot be written.
 *
 * <p>The file has the properties {@code run}, the run directory; {@code drop}, a folder for JVMs of
 * users who may not write there; {@code settings}, JFR's; {@code maxsize} in bytes and {@code
 * maxage} in seconds. {@code drop} and the bounds may be missing. A JVM leaves the same files in a
 * folder of its own below {@code drop} as it would in the run directory.
 */
final class RunRecording {
  private static final String HEARTBEATS = "jvms";
  private static final String TURN = "turn";
  private static final DateTimeFormatter SECOND =
      DateTimeFormatter.ofPattern("yyyy_MM_dd_HH_mm_ss", Locale.ROOT);
  private static final long MOST_NANOS_OF_A_TURN = 2_000_000_000;
  private static final long PAUSE_NANOS = 1_000_000;
  private static final String REPOSITORY_CLASS = "jdk.jfr.internal.Repository";
  private static final String SAFE_PATH = "SafePath"; // up to JDK 23

  private final Properties asked;
  private final Path folder;

  private RunRecording(Properties asked, Path folder) {
    this.asked = asked;
    this.folder = folder;
  }

  /**
   * Reads what is asked for, and finds a folder that this JVM may write.
   *
   * @throws UnsupportedOperationException if there is none
   */
  static RunRecording asked(Path file) {
    Properties asked = new Properties();
    try (Reader in = Files.newBufferedReader(file)) {
      asked.load(in);
      return new RunRecording(asked, folder(asked));
    } catch (IOException | RuntimeException e) {
      throw new UnsupportedOperationException("this JVM cannot be recorded: " + e, e);
    }
  }

  private static Path folder(Properties asked) throws IOException {
    Path run = Path.of(asked.getProperty("run"));
    String drop = asked.getProperty("drop");
    if (drop == null || Files.isWritable(run)) {
      Files.createDirectories(run.resolve(HEARTBEATS));
      // A network's file system may refuse what it seemed to grant.
      Files.delete(Files.createTempFile(run, "trial", null));
      return run;
    }
    return Files.createTempDirectory(Path.of(drop), ProcessHandle.current().pid() + "-");
  }

  /** Returns the folder for the heartbeat. */
  String heartbeats() {
    return folder.resolve(HEARTBEATS).toString();
  }

  /** Starts the recording; prints one line that says why, if that is not possible. */
  void start(Instrumentation instrumentation, AgentLog log) {
    try {
      if (FullDisk.isNear(folder)) {
        throw new IOException(folder + " is nearly full");
      }
      FileChannel turn = turn();
      try {
        useRepository(instrumentation, log);
        recording().start();
      } finally {
        turn.close();
      }
    } catch (IOException | ParseException | RuntimeException e) {
      log.say("no recording: " + e);
      System.err.println("pinaudit: this JVM is not recorded: " + e);
    }
  }

  /**
   * Waits until no other JVM of the run starts a recording, and JFR would make a folder of its own.
   * JFR names the folder by the second and the process id, and shares one that is there: of JVMs of
   * two containers, both number 1, the first to end would remove what both have recorded. So the
   * second waits for the next second. A JVM that is stopped here keeps others waiting for a moment
   * only.
   *
   * @return what to close when the recording runs
   */
  private FileChannel turn() throws IOException {
    Path file = folder.resolve(HEARTBEATS).resolve(TURN);
    Files.createDirectories(file.getParent());
    FileChannel turn = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    await(() -> tryLock(turn));
    await(() -> !Files.exists(folder.resolve(FullDisk.REPOSITORY).resolve(nameNow())));
    return turn;
  }

  private static void await(BooleanSupplier fact) {
    long endNanos = System.nanoTime() + MOST_NANOS_OF_A_TURN;
    while (!fact.getAsBoolean() && System.nanoTime() < endNanos) {
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }

  private static boolean tryLock(FileChannel file) {
    try {
      return file.tryLock() != null;
    } catch (IOException e) {
      return true; // A file system without locks.
    }
  }

  /** Returns the name that JFR would give its folder now. */
  private static String nameNow() {
    return LocalDateTime.now(ZoneId.systemDefault()).format(SECOND)
        + "_"
        + ProcessHandle.current().pid();
  }

  private Recording recording() throws IOException, ParseException {
    Recording recording =
        new Recording(Configuration.create(Path.of(asked.getProperty("settings"))));
    recording.setToDisk(true);
    recording.setDumpOnExit(true);
    bound(recording);
    recording.setDestination(folder.resolve(Heartbeat.fileName(Heartbeat.identity(), "")));
    return recording;
  }

  private void bound(Recording recording) {
    String size = asked.getProperty("maxsize");
    if (size != null) {
      recording.setMaxSize(Long.parseLong(size));
    }
    String age = asked.getProperty("maxage");
    if (age != null) {
      recording.setMaxAge(Duration.ofSeconds(Long.parseLong(age)));
    }
  }

  /**
   * Puts JFR's repository beside the recording, where it outlives a JVM that is killed. The JDK has
   * an option for this and no method, and the option ends a JVM that cannot write there.
   */
  private void useRepository(Instrumentation instrumentation, AgentLog log) {
    try {
      JdkInternals.openFlightRecorder(instrumentation);
      Class<?> type = Class.forName(REPOSITORY_CLASS);
      Object repository = type.getMethod("getRepository").invoke(null);
      if (type.getMethod("getBaseLocation").invoke(repository) != null) {
        log.say("the repository of JFR is where the application wants it");
        return;
      }
      for (Method method : type.getMethods()) {
        if (method.getName().equals("setBasePath")) {
          method.invoke(repository, path(method.getParameterTypes()[0]));
        }
      }
    } catch (ReflectiveOperationException | RuntimeException e) {
      // The recording is lost if the JVM is killed, and only then.
      log.say("the repository of JFR is elsewhere: " + e);
    }
  }

  private Object path(Class<?> wanted) throws ReflectiveOperationException {
    Path path = folder.resolve(FullDisk.REPOSITORY);
    return wanted.getSimpleName().equals(SAFE_PATH)
        ? wanted.getConstructor(Path.class).newInstance(path)
        : path;
  }
}
