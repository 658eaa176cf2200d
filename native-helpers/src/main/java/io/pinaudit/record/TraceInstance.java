package io.pinaudit.record;

import io.pinaudit.run.CpuStatistics;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A private tracing instance with its own buffers.
 *
 * <p>Its owner holds a lock on one of its files, which dies with the owner, in whatever pid
 * namespace it runs: an instance without a lock is what a killed recorder left, see {@link
 * Tracefs#removeStale}. Closing is safe from any thread and more than once.
 */
final class TraceInstance implements AutoCloseable {
  private static final int REMOVAL_ATTEMPTS = 40;
  private static final long REMOVAL_PAUSE_MILLIS = 50;
  private static final int MARK_ATTEMPTS = 5;

  /** How full a buffer is when who waits for it is woken. */
  private static final int WAKE_PERCENT = 10;

  /** The triggers at the moment when a thread is given a name. */
  private static final String RENAMES = "events/task/task_rename/trigger";

  private final Path folder;
  private final FileChannel owner;
  private final int bufferKilobytesPerCpu;
  private final List<Path> enabled = new ArrayList<>();
  private final List<Path> awaited = new ArrayList<>();

  private TraceInstance(Path folder, FileChannel owner, int bufferKilobytesPerCpu) {
    this.folder = folder;
    this.owner = owner;
    this.bufferKilobytesPerCpu = bufferKilobytesPerCpu;
  }

  /** Creates an instance with CLOCK_MONOTONIC and thread-group ids. */
  static TraceInstance create(Path folder, int bufferKilobytesPerCpu) throws IOException {
    Files.createDirectory(folder);
    TraceInstance instance = new TraceInstance(folder, lock(folder), bufferKilobytesPerCpu);
    try {
      Tracefs.write(folder.resolve("trace_clock"), "mono");
      Tracefs.write(folder.resolve("buffer_size_kb"), Integer.toString(bufferKilobytesPerCpu));
      Tracefs.write(folder.resolve("options/record-tgid"), "1");
      Tracefs.write(folder.resolve("buffer_percent"), Integer.toString(WAKE_PERCENT));
    } catch (IOException e) {
      instance.close();
      throw e;
    }
    return instance;
  }

  /**
   * Locks the instance by a file that nothing else of this process opens: a process loses its lock
   * on a file when it closes any descriptor of that file (fcntl_locking(2)).
   */
  private static FileChannel lock(Path folder) throws IOException {
    FileChannel file =
        FileChannel.open(folder.resolve("tracing_cpumask"), StandardOpenOption.WRITE);
    if (file.tryLock() == null) {
      file.close();
      throw new IOException(folder + " is locked by another process");
    }
    return file;
  }

  /** Returns whether no process owns the instance. */
  static boolean isAbandoned(Path folder) {
    try {
      lock(folder).close();
      return true;
    } catch (OverlappingFileLockException | IOException e) {
      return false;
    }
  }

  /** Enables an event, which must exist, with a filter; an empty one lets everything through. */
  void enable(String group, String name, String filter) throws IOException {
    Path event = filtered(group, name, filter);
    Tracefs.write(event.resolve("enable"), "1");
    enabled.add(event);
  }

  private Path filtered(String group, String name, String filter) throws IOException {
    Path event = folder.resolve("events").resolve(group).resolve(name);
    if (!Files.isDirectory(event)) {
      throw new IOException("this kernel has no such event, or its module is not loaded");
    }
    if (!filter.isEmpty()) {
      Tracefs.write(event.resolve("filter"), filter);
    }
    return event;
  }

  /**
   * Has the kernel enable an event at the moment when a thread takes a name that begins with one of
   * some words. Until then a hit of the event's probe costs next to nothing, because the kernel
   * does not even read the values that the filter asks for. See also {@link #enableAwaited}.
   */
  void enableOnceNamed(List<String> beginnings, String group, String name, String filter)
      throws IOException {
    Path event = filtered(group, name, filter);
    String trigger = "enable_event:" + group + ":" + name + " if " + named("newcomm", beginnings);
    try {
      Tracefs.write(folder.resolve(RENAMES), trigger);
      awaited.add(event);
    } catch (IOException e) {
      // Without the trigger the event costs more, but is there.
      Tracefs.write(event.resolve("enable"), "1");
    }
    enabled.add(event);
  }

  /** Enables the events that wait for a thread's name: a thread has such a name already. */
  void enableAwaited() throws IOException {
    for (Path event : awaited) {
      Tracefs.write(event.resolve("enable"), "1");
    }
  }

  /** Returns the filter for names that begin with one of some words. */
  static String named(String field, List<String> beginnings) {
    return beginnings.stream()
        .map(name -> field + " ~ \"" + name + "*\"")
        .collect(Collectors.joining(" || "));
  }

  /** Returns the folders of the events that were enabled, or are to be. */
  List<Path> enabled() {
    return List.copyOf(enabled);
  }

  /**
   * Records, from now on, only these threads, the children that they start from now on, and the
   * children of those. The numbers are those of the first pid namespace.
   */
  void recordOnly(Set<Integer> threads) throws IOException {
    Tracefs.write(folder.resolve("options/event-fork"), "1");
    for (int thread : threads) {
      Tracefs.append(folder.resolve("set_event_pid"), Integer.toString(thread));
    }
  }

  /** Forgets what is in the buffers. */
  void clear() throws IOException {
    Files.newOutputStream(folder.resolve("trace")).close();
  }

  /** Stops all events; what is in the buffers stays readable. */
  void disableAll() throws IOException {
    awaitNoNames(folder);
    awaited.clear();
    Tracefs.write(folder.resolve("events/enable"), "0");
    enabled.clear();
  }

  /**
   * Writes a marker into the trace. The kernel copies the text with page faults disabled: if the
   * text's page is being moved at that moment, it writes {@code <faulted>} instead and fails with
   * EFAULT. Another attempt succeeds.
   */
  void mark(String text) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        Tracefs.write(folder.resolve("trace_marker"), text);
        return;
      } catch (IOException e) {
        if (attempt == MARK_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /** Returns the stream of text; reading it consumes the events. */
  Path pipe() {
    return folder.resolve("trace_pipe");
  }

  /** Returns the text of the buffers without consuming it. */
  String snapshot() throws IOException {
    return Files.readString(folder.resolve("trace"));
  }

  /** Returns the folder of each CPU, in order. */
  List<Path> cpus() {
    List<Path> cpus = new ArrayList<>();
    for (Path cpu = cpu(0); Files.exists(cpu); cpu = cpu(cpus.size())) {
      cpus.add(cpu);
    }
    return cpus;
  }

  private Path cpu(int number) {
    return folder.resolve("per_cpu/cpu" + number);
  }

  /** Returns what each CPU's buffer has lost since the instance was created. */
  List<CpuStatistics> statistics() throws IOException {
    List<CpuStatistics> all = new ArrayList<>();
    for (Path cpu : cpus()) {
      all.add(CpuStatistics.parse(all.size(), Files.readString(cpu.resolve("stats"))));
    }
    return all;
  }

  /** Returns how full the fullest CPU's buffer is, in percent. */
  long fillPercent() throws IOException {
    long most = 0;
    for (Path cpu : cpus()) {
      try (FileChannel statistics = FileChannel.open(cpu.resolve("stats"))) {
        long bytes = CpuStatistics.unreadBytes(statistics);
        most = Math.max(most, 100 * bytes / (bufferKilobytesPerCpu * 1024L));
      }
    }
    return most;
  }

  @Override
  public synchronized void close() throws IOException {
    owner.close();
    if (Files.exists(folder)) {
      remove(folder);
    }
  }

  /** Disables the events of an instance and removes it, once nobody has its files open. */
  static void remove(Path instance) throws IOException {
    try {
      Tracefs.write(instance.resolve("tracing_on"), "0");
      awaitNoNames(instance);
      Tracefs.write(instance.resolve("events/enable"), "0");
      for (int attempt = 1; !removed(instance, attempt == REMOVAL_ATTEMPTS); attempt++) {
        Thread.sleep(REMOVAL_PAUSE_MILLIS);
      }
    } catch (NoSuchFileException e) {
      // Another recorder took the instance for abandoned and removed it.
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(instance + " is in use", e);
    }
  }

  /** Removes what would enable events. */
  private static void awaitNoNames(Path instance) throws IOException {
    Path triggers = instance.resolve(RENAMES);
    if (Files.exists(triggers)) {
      for (String line : Files.readAllLines(triggers)) {
        if (!line.startsWith("#")) {
          Tracefs.write(triggers, "!" + line);
        }
      }
    }
  }

  private static boolean removed(Path instance, boolean last) throws IOException {
    try {
      Files.delete(instance);
      return true;
    } catch (NoSuchFileException e) {
      throw e;
    } catch (FileSystemException e) {
      // EBUSY: a reader of its trace has not closed the trace yet.
      if (last) {
        throw e;
      }
      return false;
    }
  }
}
