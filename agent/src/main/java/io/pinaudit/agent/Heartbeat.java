package io.pinaudit.agent;

import io.pinaudit.agent.boot.AgentThread;
import io.pinaudit.agent.state.Recorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.RecordingState;

/**
 * Writes a small file once a second that says that this JVM lives and what became of its
 * recordings. The file exists even if the JVM leaves no recording.
 *
 * <p>A daemon thread, whose calls no hook sees, writes the file; JFR's shutdown writes it once more
 * when it stops a recording. Each write is a new file that is renamed over the old one. The thread
 * also stops the recordings before the disk is full.
 */
final class Heartbeat implements Runnable {
  private static final long PERIOD_NANOS = 1_000_000_000L;
  private static final String FIRST_NAMESPACE = "4026531836"; // PROC_PID_INIT_INO, linux/proc_ns.h
  private static final String OWN_SETTING = "pinaudit.";

  private final Path folder;
  private final String name;
  private final Recorder recorder;
  private final long startedNanos = System.nanoTime();
  private final Map<Long, String> recordings = new ConcurrentHashMap<>();
  private volatile boolean ended;
  private volatile boolean full;
  private volatile boolean stopped;
  private volatile Thread thread;

  private Heartbeat(Path folder, String name, Recorder recorder) {
    this.folder = folder;
    this.name = name;
    this.recorder = recorder;
  }

  /**
   * Starts the heartbeat; returns null if the folder cannot be written, which the log then says.
   */
  static Heartbeat start(String folder, Recorder recorder, AgentLog log) {
    try {
      Path directory = Files.createDirectories(Path.of(folder));
      Heartbeat heartbeat = new Heartbeat(directory, identity(), recorder);
      heartbeat.write();
      heartbeat.begin();
      return heartbeat;
    } catch (IOException | RuntimeException e) {
      log.say("no heartbeat: " + e);
      return null;
    }
  }

  private void begin() {
    Thread beating = new AgentThread(this, "pinaudit heartbeat");
    thread = beating;
    beating.start();
  }

  /**
   * Returns an identity that is unique among all JVMs of a host, whatever container they are in:
   * the boot, the namespace of the process id, the process id in that namespace, and the start of
   * the process in clock ticks since the boot.
   */
  static String identity() throws IOException {
    String boot = Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).trim();
    // "pid:[4026531836]"
    String link = Files.readSymbolicLink(Path.of("/proc/self/ns/pid")).toString();
    String namespace = link.replaceAll("\\D", "");
    // "4711 (java) S 1 …": the name may have blanks in it; the 22nd field is the start.
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
    return String.join(
        "-", boot, namespace, Long.toString(ProcessHandle.current().pid()), fields[19]);
  }

  /**
   * Notes that a recording was started, stopped or closed. JFR calls this on the thread that did
   * so.
   */
  void changed(Recording recording) {
    if (recording.getState() == RecordingState.RUNNING) {
      nameApart(recording);
    }
    boolean atEnd = isShuttingDown();
    String state = recording.getState().name();
    String why = atEnd ? " at exit " : full ? " full " : " ";
    recordings.put(recording.getId(), state + why + System.nanoTime());
    if (atEnd && recording.getState() != RecordingState.RUNNING) {
      ended = true;
      tryToWrite();
    } else {
      LockSupport.unpark(thread);
    }
  }

  /**
   * Gives the file of a recording of this run a name of its own, if this JVM is in a container: JFR
   * names the file by the process id and the second of its end, which two containers' JVMs may
   * share.
   */
  private void nameApart(Recording recording) {
    Path run = folder.toAbsolutePath().getParent();
    String[] words = name.split("-", -1);
    String namespace = words[words.length - 3];
    boolean namedByJfr = recording.getDumpOnExit() && recording.getDestination() == null;
    if (run == null || namespace.equals(FIRST_NAMESPACE) || !namedByJfr || !isOwn(recording)) {
      return;
    }
    try {
      recording.setDestination(run.resolve(fileName(name, "-id-" + recording.getId())));
    } catch (IOException | RuntimeException e) {
      // JFR then names it by itself.
      return;
    }
  }

  /**
   * Returns a name that no other JVM of this machine gives a recording, in whatever container.
   *
   * @param identity of the JVM, see {@link #identity}
   * @param number what tells the recording from others of the JVM; may be empty
   */
  static String fileName(String identity, String number) {
    String[] words = identity.split("-", -1);
    int last = words.length - 1;
    return "hotspot-pid-"
        + words[last - 1]
        + number
        + "-of-"
        + words[last - 2]
        + "-"
        + words[last]
        + ".jfr";
  }

  /** Returns whether a recording has the settings of an audit. */
  private static boolean isOwn(Recording recording) {
    for (String setting : recording.getSettings().keySet()) {
      if (setting.startsWith(OWN_SETTING)) {
        return true;
      }
    }
    return false;
  }

  /** Returns whether the JVM is shutting down: only then does it accept no more shutdown hooks. */
  private static boolean isShuttingDown() {
    Thread probe = new Thread();
    try {
      Runtime.getRuntime().addShutdownHook(probe);
      Runtime.getRuntime().removeShutdownHook(probe);
      return false;
    } catch (IllegalStateException e) {
      return true;
    }
  }

  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    long lastNanos = System.nanoTime();
    while (!stopped && !ended) {
      LockSupport.parkNanos(PERIOD_NANOS);
      long early = lastNanos + PERIOD_NANOS - System.nanoTime();
      while (early > 0 && !stopped && !ended) {
        LockSupport.parkNanos(early);
        early = lastNanos + PERIOD_NANOS - System.nanoTime();
      }
      lastNanos = System.nanoTime();
      if (!ended) {
        tryToWrite();
        tryToSaveRoom();
      }
    }
  }

  private void tryToSaveRoom() {
    if (full || !recorder.started() || !FullDisk.isNear(folder)) {
      return;
    }
    try {
      List<Recording> running = FullDisk.running();
      full = !running.isEmpty();
      FullDisk.stop(running, folder);
      tryToWrite();
    } catch (IOException | RuntimeException e) {
      // The recordings were stopped, or their program has just closed them.
      return;
    }
  }

  private void tryToWrite() {
    try {
      write();
    } catch (IOException | RuntimeException e) {
      // A full disk: the next one may fit, and there is nobody to tell.
      return;
    }
  }

  private void write() throws IOException {
    // Of each thread that may write a file of its own.
    Path next = folder.resolve(name + "." + Thread.currentThread().getId() + ".new");
    Files.writeString(next, text());
    Files.move(next, folder.resolve(name + ".heartbeat"), StandardCopyOption.ATOMIC_MOVE);
  }

  private String text() {
    StringBuilder text = new StringBuilder();
    text.append("startedNanos=").append(startedNanos).append('\n');
    text.append("lastNanos=").append(System.nanoTime()).append('\n');
    text.append("events=").append(recorder.events()).append('\n');
    text.append("ended=").append(ended).append('\n');
    for (Map.Entry<Long, String> recording : new TreeMap<>(recordings).entrySet()) {
      text.append("recording.").append(recording.getKey()).append('=');
      text.append(recording.getValue()).append('\n');
    }
    return text.toString();
  }
}
