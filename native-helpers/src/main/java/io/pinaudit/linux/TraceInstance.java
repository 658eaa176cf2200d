package io.pinaudit.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A private tracing instance with its own buffers, and the probe group that belongs to it.
 *
 * <p>Everything it creates carries the process id in its name, and {@link #close} removes it; what
 * a killed process leaves is removed by {@link Tracefs#removeStale} at the next start. Closing is
 * safe from any thread and more than once.
 */
public final class TraceInstance implements AutoCloseable {
  /**
   * Threads that may be inside a function with a return probe at once; the default is about ten.
   */
  private static final int MOST_WAITING_THREADS = 1024;

  private final Tracefs tracefs;
  private final Path folder;
  private final String group;

  private TraceInstance(Tracefs tracefs, Path folder, String group) {
    this.tracefs = tracefs;
    this.folder = folder;
    this.group = group;
  }

  /** Creates the instance of this process, with CLOCK_MONOTONIC and thread-group ids. */
  public static TraceInstance create(Tracefs tracefs, int bufferKilobytesPerCpu)
      throws IOException {
    String name = Tracefs.OWN_PREFIX + ProcessHandle.current().pid();
    Path folder = tracefs.root().resolve("instances").resolve(name);
    Files.createDirectory(folder);
    TraceInstance instance = new TraceInstance(tracefs, folder, name);
    try {
      Tracefs.write(folder.resolve("trace_clock"), "mono");
      Tracefs.write(folder.resolve("buffer_size_kb"), Integer.toString(bufferKilobytesPerCpu));
      Tracefs.write(folder.resolve("options/record-tgid"), "1");
    } catch (IOException e) {
      instance.close();
      throw e;
    }
    return instance;
  }

  /** Defines a kprobe or kretprobe and returns its event folder, not yet enabled. */
  Path define(Probe.Function probe, String arguments) throws IOException {
    String kind = probe.onReturn() ? "r" + MOST_WAITING_THREADS : "p";
    Tracefs.append(
        tracefs.root().resolve("kprobe_events"),
        kind + ":" + group + "/" + probe.name() + " " + probe.symbol() + " " + arguments);
    return folder.resolve("events").resolve(group).resolve(probe.name());
  }

  /** The event folder of a tracepoint, which must exist. */
  Path tracepoint(Probe.Tracepoint probe) throws IOException {
    Path event = folder.resolve("events").resolve(probe.group()).resolve(probe.name());
    if (!Files.isDirectory(event)) {
      throw new IOException("this kernel has no such event, or its module is not loaded");
    }
    return event;
  }

  /** Enables an event with a filter; an empty filter lets everything through. */
  void enable(Path event, String filter) throws IOException {
    if (!filter.isEmpty()) {
      Tracefs.write(event.resolve("filter"), filter);
    }
    Tracefs.write(event.resolve("enable"), "1");
  }

  /** Stops all events; what is in the buffers stays readable. */
  void disableAll() throws IOException {
    Tracefs.write(folder.resolve("events/enable"), "0");
  }

  /** Writes a marker into the trace. */
  void mark(String text) throws IOException {
    Tracefs.write(folder.resolve("trace_marker"), text);
  }

  /** The consuming text stream. */
  Path pipe() {
    return folder.resolve("trace_pipe");
  }

  /** The text of the buffers, without consuming it. */
  String snapshot() throws IOException {
    return Files.readString(folder.resolve("trace"));
  }

  /** Entries, overruns and drops of each CPU since the instance was created. */
  List<CpuStatistics> statistics() throws IOException {
    List<CpuStatistics> all = new ArrayList<>();
    for (int cpu = 0; ; cpu++) {
      Path stats = folder.resolve("per_cpu/cpu" + cpu + "/stats");
      if (!Files.exists(stats)) {
        return all;
      }
      all.add(CpuStatistics.parse(cpu, Files.readString(stats)));
    }
  }

  /**
   * Hits that a kprobe missed, by event name, from {@code kprobe_profile}: {@code name hits
   * misses}. The file does not tell groups apart, so another recorder's misses count as ours.
   */
  Map<String, Long> missedHits() throws IOException {
    Path profile = tracefs.root().resolve("kprobe_profile");
    Map<String, Long> missed = new HashMap<>();
    if (Files.exists(profile)) {
      for (String line : Files.readAllLines(profile)) {
        String[] words = line.strip().split("\\s+");
        missed.merge(words[0], Long.parseLong(words[words.length - 1]), Long::sum);
      }
    }
    return missed;
  }

  @Override
  public synchronized void close() throws IOException {
    if (Files.exists(folder)) {
      remove(folder);
    }
    tracefs.removeProbes(group::equals);
  }

  /** Disables the events of an instance and removes it. */
  static void remove(Path instance) throws IOException {
    Tracefs.write(instance.resolve("tracing_on"), "0");
    Tracefs.write(instance.resolve("events/enable"), "0");
    Files.delete(instance);
  }
}
