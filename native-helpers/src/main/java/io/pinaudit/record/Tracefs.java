package io.pinaudit.record;

import io.pinaudit.linux.Posix;
import io.pinaudit.probe.Probe;
import io.pinaudit.probe.ProbeTargets;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The tracing file system: where it is mounted, which functions can be probed, and the removal of
 * what a killed recorder left behind.
 *
 * @param root the mount point
 */
public record Tracefs(Path root) {
  /**
   * How the names of our instances and probe groups begin: {@code pinaudit_r5f3c…}, with another
   * word behind it for each instance of one recorder.
   */
  private static final String OWN_PREFIX = "pinaudit_r";

  private static final int SMALL_FILE_BYTES = 8192;
  private static final int PROFILE_ATTEMPTS = 100;
  private static final long EXCLUSION_MILLIS = 10_000;
  private static final long EXCLUSION_PAUSE_MILLIS = 20;

  /**
   * Threads that may be inside a function with a return probe at once; the default is about ten.
   */
  private static final int MOST_WAITING_THREADS = 1024;

  private static final List<String> MOUNT_POINTS =
      List.of("/sys/kernel/tracing", "/sys/kernel/debug/tracing");

  /**
   * Returns the mounted tracefs; mounts it at its usual place if it is not mounted.
   *
   * @throws IOException if there is none or it may not be used; the message says why
   */
  public static Tracefs find() throws IOException {
    for (String point : MOUNT_POINTS) {
      if (Files.exists(Path.of(point, "trace_clock"))) {
        return usable(new Tracefs(Path.of(point)));
      }
    }
    if (!Posix.isRoot()) {
      throw new IOException("tracefs is not readable by this user (run as root)");
    }
    if (!Files.isDirectory(Path.of(MOUNT_POINTS.getFirst()))) {
      throw new IOException("this kernel has no tracefs");
    }
    mount(MOUNT_POINTS.getFirst());
    return usable(new Tracefs(Path.of(MOUNT_POINTS.getFirst())));
  }

  private static void mount(String point) throws IOException {
    try {
      Process mount = new ProcessBuilder("mount", "-t", "tracefs", "nodev", point).start();
      if (mount.waitFor() != 0) {
        throw new IOException("cannot mount tracefs on " + point);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while mounting tracefs", e);
    }
  }

  private static Tracefs usable(Tracefs tracefs) throws IOException {
    if (!Files.isWritable(tracefs.root.resolve("instances"))) {
      throw new IOException(tracefs.root + " is not writable (run as root)");
    }
    return tracefs;
  }

  /** Functions that can be probed by name, empty if this kernel has no kprobes. */
  public Set<String> symbols() throws IOException {
    if (!Files.exists(root.resolve("kprobe_events"))) {
      return Set.of();
    }
    Set<String> symbols = new HashSet<>();
    try (Stream<String> lines = Files.lines(Path.of("/proc/kallsyms"))) {
      lines.forEach(line -> addFunction(line, symbols));
    }
    return symbols;
  }

  /**
   * Returns the tracepoints of the kernel and of the loaded modules, such as {@code
   * ext4:ext4_free_blocks}.
   */
  public Set<String> tracepoints() throws IOException {
    return new HashSet<>(Files.readAllLines(root.resolve("available_events")));
  }

  /** Returns the functions and the tracepoints. */
  public ProbeTargets targets() throws IOException {
    return new ProbeTargets(symbols(), tracepoints());
  }

  /** Parses {@code ffffffff8f0a1b20 t dax_insert_entry [mod]}. */
  private static void addFunction(String line, Set<String> symbols) {
    int type = line.indexOf(' ') + 1;
    if (type > 0 && Character.toLowerCase(line.charAt(type)) == 't') {
      int end = line.indexOf('\t', type);
      symbols.add(line.substring(type + 2, end < 0 ? line.length() : end));
    }
  }

  /** Returns a name for the instances and probes of this process as a recorder. */
  String freshName() {
    // Process and time since the machine's start: no other recorder has the same pair, which need
    // not be secret.
    long sinceStart = System.nanoTime() & 0xffff_ffff_ffffL;
    return prefix(ProcessHandle.current().pid()) + HexFormat.of().toHexDigits(sinceStart, 12);
  }

  /** Returns how the names of the instances and probes of a recorder begin. */
  public static String prefix(long pid) {
    return OWN_PREFIX + HexFormat.of().toHexDigits(pid, 4);
  }

  Path instance(String name) {
    return root.resolve("instances").resolve(name);
  }

  /**
   * Removes instances and probes whose recorder no longer runs.
   *
   * @return what could not be removed, in one line each; that is no obstacle to a new recorder
   */
  public List<String> removeStale() throws IOException {
    List<String> left = new ArrayList<>();
    for (Path instance : ownInstances()) {
      if (TraceInstance.isAbandoned(instance)) {
        removeAbandoned(instance, left);
      }
    }
    List<String> alive =
        ownInstances().stream().map(instance -> instance.getFileName().toString()).toList();
    removeProbes(
        group -> group.startsWith(OWN_PREFIX) && alive.stream().noneMatch(n -> n.startsWith(group)),
        left);
    return left;
  }

  private static void removeAbandoned(Path instance, List<String> left) {
    try {
      TraceInstance.remove(instance);
    } catch (IOException e) {
      left.add(instance + ": left by a killed recorder, and somebody has its files open");
    }
  }

  private List<Path> ownInstances() throws IOException {
    try (Stream<Path> list = Files.list(root.resolve("instances"))) {
      return list.filter(path -> path.getFileName().toString().startsWith(OWN_PREFIX)).toList();
    }
  }

  /**
   * Runs alone among the recorders of this machine, so that none takes an instance for abandoned
   * that another has made and not locked yet. One that hangs in there does not stop others for
   * ever.
   */
  <T> T alone(Setup<T> setup) throws IOException {
    try (FileChannel file =
        FileChannel.open(root.resolve("tracing_cpumask"), StandardOpenOption.WRITE)) {
      long endNanos = System.nanoTime() + EXCLUSION_MILLIS * 1_000_000;
      while (file.tryLock() == null && System.nanoTime() < endNanos) {
        Thread.sleep(EXCLUSION_PAUSE_MILLIS);
      }
      return setup.make();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while waiting for another recorder", e);
    }
  }

  /** Something to be made while no other recorder makes or removes any. */
  @FunctionalInterface
  interface Setup<T> {
    T make() throws IOException;
  }

  /** Defines a kprobe or kretprobe of a group. */
  void define(String group, Probe.Function probe, String arguments) throws IOException {
    Path events = root.resolve("kprobe_events");
    if (!Files.exists(events)) {
      throw new IOException("this kernel has no kprobes");
    }
    String kind = probe.onReturn() ? "r" + MOST_WAITING_THREADS : "p";
    append(
        events, kind + ":" + group + "/" + probe.name() + " " + probe.symbol() + " " + arguments);
  }

  /** Hits that the kprobes of a group missed, by event name. */
  Map<String, Long> missedHits(String group) throws IOException {
    Path events = root.resolve("kprobe_events");
    for (int attempt = 0; Files.exists(events) && attempt < PROFILE_ATTEMPTS; attempt++) {
      List<String> before = Files.readAllLines(events);
      List<String> hits = Files.readAllLines(root.resolve("kprobe_profile"));
      // If another recorder adds or removes probes in between, the lines of the two files do not
      // match.
      if (before.equals(Files.readAllLines(events))) {
        return missedHits(group, before, hits);
      }
    }
    return Map.of();
  }

  /**
   * Returns the missed hits of one group. {@code kprobe_profile} does not name groups, but has the
   * probes in the order of {@code kprobe_events}:
   *
   * <pre>
   * p:pinaudit_r5f/page_pinned try_grab_folio page=$arg1:x64       page_pinned      215      0
   * </pre>
   */
  static Map<String, Long> missedHits(String group, List<String> events, List<String> profile) {
    Map<String, Long> missed = new HashMap<>();
    for (int i = 0; i < Math.min(events.size(), profile.size()); i++) {
      String[] words = profile.get(i).strip().split("\\s+");
      if (events.get(i).contains(":" + group + "/" + words[0] + " ")) {
        missed.put(words[0], Long.parseLong(words[words.length - 1]));
      }
    }
    return missed;
  }

  /** Removes the probes of every group that the test accepts; tells those that stay. */
  void removeProbes(Predicate<String> groups, List<String> left) throws IOException {
    Path events = root.resolve("kprobe_events");
    if (!Files.exists(events)) {
      return;
    }
    for (String line : Files.readAllLines(events)) {
      String name = line.substring(line.indexOf(':') + 1, line.indexOf(' '));
      if (groups.test(name.substring(0, name.indexOf('/')))) {
        removeProbe(events, name, left);
      }
    }
  }

  private static void removeProbe(Path events, String name, List<String> left) {
    try {
      append(events, "-:" + name);
    } catch (IOException e) {
      left.add(name + ": a probe that is still enabled somewhere");
    }
  }

  /** Reads one of the small files that end after the first read, however little that was. */
  static String readOnce(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer text = ByteBuffer.allocate(SMALL_FILE_BYTES);
      channel.read(text, 0);
      return new String(text.array(), 0, text.position(), StandardCharsets.US_ASCII);
    }
  }

  /** Writes one value into a control file. */
  static void write(Path file, String value) throws IOException {
    Files.writeString(file, value + "\n", StandardOpenOption.WRITE);
  }

  /** Adds one line to a control file without clearing it. */
  static void append(Path file, String line) throws IOException {
    Files.writeString(file, line + "\n", StandardOpenOption.WRITE, StandardOpenOption.APPEND);
  }
}
