package io.pinaudit.record;

import io.pinaudit.run.HeartbeatName;
import io.pinaudit.run.RunDescription.Jvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Finds the JVMs among a process and its descendants while they run, so that a JVM without the
 * agent is not overlooked.
 *
 * <p>A daemon thread reads /proc several times a second. It may miss a JVM that lives for a shorter
 * time than that, and one whose parent ended within that time. A JVM of another user is found only
 * by root. Safe for any thread.
 */
public final class RunningJvms implements AutoCloseable {
  private static final long PAUSE_MILLIS = 100;

  /** On a busy machine the pauses are longer, so that looking takes one part in so many of it. */
  private static final int SHARE = 10;

  private static final long LONGEST_PAUSE_MILLIS = 1_000;

  /** A program has loaded the JVM after so many rounds, or never will. */
  private static final int MOST_TRIES = 50;

  /** A JVM that starts a process is there twice for a moment, but not for so many rounds. */
  private static final int ROUNDS_OF_A_TWIN = 6;

  private static final int MOST_JVMS = 1_000;
  private static final int MOST_LETTERS = 120;
  private static final String LIBRARY = "/libjvm.so";

  private final Path proc;
  private final int root;
  private final Map<Integer, Member> family = new HashMap<>();
  // Processes that are not of the family: a machine may have thousands, which are read once.
  private final Set<Integer> strangers = new HashSet<>();
  private String lastNumber = "";
  private final Map<Stat, Found> found = new LinkedHashMap<>();
  private final Thread thread = new Thread(this::lookOften, "pinaudit-jvms");

  /**
   * A process, from {@code /proc/PID/stat}.
   *
   * @param startTicks when it started, in clock ticks; with the number this is unique
   * @param task its name, which changes when it executes another program
   */
  record Stat(int pid, int parent, long startTicks, String task) {
    private boolean isSame(Stat other) {
      return pid == other.pid && startTicks == other.startTicks;
    }

    /** Parses {@code 4711 (java) S 1 …}: a name may have blanks and parentheses. */
    static Stat parse(String text) {
      int open = text.indexOf('(');
      int close = text.lastIndexOf(')');
      String[] fields = text.substring(close + 2).split(" ", -1);
      return new Stat(
          Integer.parseInt(text.substring(0, open - 1)),
          Integer.parseInt(fields[1]),
          Long.parseLong(fields[19]),
          text.substring(open + 1, close));
    }
  }

  /** A process of the family, and how often it was looked at since it began its program. */
  private record Member(Stat stat, int tries) {}

  /**
   * A JVM.
   *
   * @param identity its pid namespace and its number there, as in the name of its heartbeat file
   */
  private record Found(int pid, String command, String identity) {}

  /** Finds JVMs in a file system that is laid out like /proc; call {@link #look}. */
  RunningJvms(Path proc, int root) {
    this.proc = proc;
    this.root = root;
  }

  /** Begins to look at a process and its descendants. */
  public static RunningJvms below(long pid) {
    RunningJvms jvms = new RunningJvms(Path.of("/proc"), (int) pid);
    jvms.thread.setDaemon(true);
    jvms.thread.start();
    return jvms;
  }

  private void lookOften() {
    try {
      while (true) {
        long before = System.nanoTime();
        look();
        long tookMillis = (System.nanoTime() - before) / 1_000_000;
        Thread.sleep(Math.clamp(SHARE * tookMillis, PAUSE_MILLIS, LONGEST_PAUSE_MILLIS));
      }
    } catch (InterruptedException e) {
      // Told to end.
      return;
    }
  }

  /** Looks once at the family, and at new processes if there are any. */
  synchronized void look() {
    String number = lastNumber();
    boolean same = !number.isEmpty() && number.equals(lastNumber);
    lastNumber = number;
    Map<Integer, Stat> all = same ? relatives() : processes();
    family.values().removeIf(member -> !isSame(member.stat, all.get(member.stat.pid)));
    for (Stat stat : all.values()) {
      if (isOfFamily(stat, all)) {
        look(stat);
      }
    }
  }

  /** Returns the number of the process or thread that was started last; empty if it is unknown. */
  private String lastNumber() {
    try {
      String load = Files.readString(proc.resolve("loadavg"), StandardCharsets.ISO_8859_1);
      return load.substring(load.lastIndexOf(' ') + 1).strip();
    } catch (IOException e) {
      return "";
    }
  }

  /** Reads the family alone: one of them may have executed another program. */
  private Map<Integer, Stat> relatives() {
    Map<Integer, Stat> all = new HashMap<>();
    family.keySet().forEach(pid -> add(proc.resolve(Integer.toString(pid)), all));
    return all;
  }

  private static boolean isSame(Stat stat, Stat now) {
    return now != null && now.isSame(stat);
  }

  /** Returns whether an ancestor is known to be of the family. A stranger's children are ones. */
  private boolean isOfFamily(Stat stat, Map<Integer, Stat> all) {
    List<Stat> line = new ArrayList<>();
    Stat ancestor = stat;
    while (ancestor != null && ancestor.pid != root && !family.containsKey(ancestor.pid)) {
      line.add(ancestor);
      ancestor = all.get(ancestor.parent);
    }
    if (ancestor == null) {
      line.forEach(one -> strangers.add(one.pid));
      return false;
    }
    line.add(ancestor);
    line.forEach(one -> family.putIfAbsent(one.pid, new Member(one, 0)));
    return true;
  }

  private void look(Stat stat) {
    Member member = family.get(stat.pid);
    boolean sameProgram = member.stat.task.equals(stat.task);
    int tries = sameProgram ? member.tries + 1 : 1;
    family.put(stat.pid, new Member(stat, tries));
    Stat key = new Stat(stat.pid, 0, stat.startTicks, "");
    if (isDue(tries) && found.size() < MOST_JVMS && !found.containsKey(key)) {
      find(stat, key, tries);
    }
  }

  /** Returns whether a round is one of 1, 2, 3, 4, 6, 8, 12, 16 …: the older, the more seldom. */
  private static boolean isDue(int tries) {
    int twoDigits = Integer.highestOneBit(tries) | Integer.highestOneBit(tries) >> 1;
    return tries <= MOST_TRIES && (tries & ~twoDigits) == 0;
  }

  private void find(Stat stat, Stat key, int tries) {
    Path process = proc.resolve(Integer.toString(stat.pid));
    try {
      String words = words(process);
      // A child has its parent's memory until it begins its own program, and has other words then.
      if (hasJvm(process)
          && words.equals(words(process))
          && (tries >= ROUNDS_OF_A_TWIN || !isTwin(stat, words))) {
        // Of one that is ending, or begins another program, nothing is left of its words.
        String command = command(words);
        if (!command.isEmpty()) {
          found.put(key, new Found(stat.pid, command, identity(process)));
        }
      }
    } catch (IOException | RuntimeException e) {
      // It has ended, or is another user's.
      return;
    }
  }

  private static boolean hasJvm(Path process) throws IOException {
    Path maps = process.resolve("maps");
    try (BufferedReader lines = Files.newBufferedReader(maps, StandardCharsets.ISO_8859_1)) {
      return lines.lines().anyMatch(line -> line.endsWith(LIBRARY));
    }
  }

  /** Returns whether a process has its parent's command line, as before it executes another. */
  private boolean isTwin(Stat stat, String words) throws IOException {
    Path parent = proc.resolve(Integer.toString(stat.parent));
    return Files.exists(parent) && words.equals(words(parent));
  }

  private static String words(Path process) throws IOException {
    return Files.readString(process.resolve("cmdline"), StandardCharsets.ISO_8859_1);
  }

  /** Returns the words of a command line, as far as one likes to read them. */
  private static String command(String words) {
    String command = words.replace('\0', ' ').strip();
    return command.length() <= MOST_LETTERS ? command : command.substring(0, MOST_LETTERS) + "…";
  }

  /** Returns the pid namespace of a process and its number there: {@code 4026531836-4711}. */
  private static String identity(Path process) throws IOException {
    String namespace = Files.readSymbolicLink(process.resolve("ns/pid")).toString();
    String own = "";
    for (String line : Files.readAllLines(process.resolve("status"), StandardCharsets.ISO_8859_1)) {
      if (line.startsWith("NSpid:")) {
        own = line.substring(line.lastIndexOf('\t') + 1);
      }
    }
    return namespace.replaceAll("\\D", "") + "-" + own;
  }

  /** Reads all processes but the known strangers; forgets the strangers that have ended. */
  private Map<Integer, Stat> processes() {
    Map<Integer, Stat> all = new HashMap<>();
    Set<Integer> alive = new HashSet<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path process : processes) {
        int pid = Integer.parseInt(process.getFileName().toString());
        alive.add(pid);
        if (!strangers.contains(pid)) {
          add(process, all);
        }
      }
    } catch (IOException e) {
      // Without /proc none is found.
      return all;
    }
    strangers.retainAll(alive);
    return all;
  }

  private static void add(Path process, Map<Integer, Stat> all) {
    try {
      Stat stat =
          Stat.parse(Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1));
      all.put(stat.pid, stat);
    } catch (IOException | RuntimeException e) {
      // It has ended since.
      return;
    }
  }

  /**
   * Returns the JVMs that were found so far.
   *
   * @param heartbeats the folders in one of which the agent of each JVM leaves a file
   */
  public synchronized List<Jvm> list(List<Path> heartbeats) {
    Set<String> audited = new HashSet<>();
    heartbeats.forEach(folder -> addAudited(folder, audited));
    return found.values().stream()
        .map(jvm -> new Jvm(jvm.pid, jvm.command, audited.contains(jvm.identity)))
        .toList();
  }

  /** Adds the identities in the names of files. */
  private static void addAudited(Path heartbeats, Set<String> audited) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(heartbeats, HeartbeatName.GLOB)) {
      for (Path file : files) {
        HeartbeatName.of(file).ifPresent(name -> audited.add(name.namespace() + "-" + name.pid()));
      }
    } catch (IOException e) {
      // No JVM had the agent.
      return;
    }
  }

  @Override
  public void close() {
    thread.interrupt();
  }
}
