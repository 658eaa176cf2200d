package io.pinaudit.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The tracing file system: where it is mounted, which functions can be probed, and the removal of
 * what a killed recorder left behind.
 *
 * @param root the mount point
 */
public record Tracefs(Path root) {
  /** Instances and probe groups of this program are named {@code pinaudit_<pid>}. */
  static final String OWN_PREFIX = "pinaudit_";

  private static final Pattern OWN = Pattern.compile(OWN_PREFIX + "(\\d+)");
  private static final List<String> MOUNT_POINTS =
      List.of("/sys/kernel/tracing", "/sys/kernel/debug/tracing");

  /**
   * The mounted tracefs; mounts it at its usual place if nobody has.
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

  /** {@code ffffffff8f0a1b20 t dax_insert_entry [mod]} */
  private static void addFunction(String line, Set<String> symbols) {
    int type = line.indexOf(' ') + 1;
    if (type > 0 && Character.toLowerCase(line.charAt(type)) == 't') {
      int end = line.indexOf('\t', type);
      symbols.add(line.substring(type + 2, end < 0 ? line.length() : end));
    }
  }

  /** Removes instances and probe groups whose recorder no longer runs; returns how many. */
  public int removeStale() throws IOException {
    int removed = 0;
    for (Path instance : ownInstances()) {
      if (isStale(instance.getFileName().toString())) {
        TraceInstance.remove(instance);
        removed++;
      }
    }
    removeProbes(Tracefs::isStale);
    return removed;
  }

  private List<Path> ownInstances() throws IOException {
    try (Stream<Path> list = Files.list(root.resolve("instances"))) {
      return list.filter(path -> OWN.matcher(path.getFileName().toString()).matches()).toList();
    }
  }

  private static boolean isStale(String name) {
    Matcher own = OWN.matcher(name);
    return own.matches() && !Posix.isAlive(Integer.parseInt(own.group(1)));
  }

  /** Removes the probes of every group that the test accepts. */
  void removeProbes(java.util.function.Predicate<String> groups) throws IOException {
    Path events = root.resolve("kprobe_events");
    if (!Files.exists(events)) {
      return;
    }
    for (String line : Files.readAllLines(events)) {
      String name = line.substring(line.indexOf(':') + 1, line.indexOf(' '));
      if (groups.test(name.substring(0, name.indexOf('/')))) {
        append(events, "-:" + name);
      }
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
