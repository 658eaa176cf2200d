package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.jfr.JfrFollower;
import io.pinaudit.analyzer.jfr.LiveJvm;
import io.pinaudit.run.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The sources of a run that is still being recorded: reads the recordings of its JVMs as they grow,
 * and says up to which time all sources are complete.
 *
 * <p>A JVM says at each flush, about once a second, until when its chunk is complete, and the
 * recorder of the kernel's pages does the same. A call is written when it ends: so the sources are
 * taken to be complete only up to {@value #LONGEST_CALL_NANOS} ns before that, and a call that
 * takes longer comes late. A source that is too far behind is not waited for. Confined to one
 * thread.
 */
final class LiveSources {
  /** The longest call whose event is surely waited for. */
  static final long LONGEST_CALL_NANOS = 800_000_000;

  /** The longest time that is waited for a trace, or a stopped JVM, that does not go on. */
  private static final long PATIENCE_NANOS = 6_000_000_000L;

  /**
   * The longest time that is waited for a JVM that runs but does not flush: it may have unmapped
   * what would seem to be mapped meanwhile.
   */
  private static final long PATIENCE_WITH_RUNNING_NANOS = 30_000_000_000L;

  /**
   * The time after which a kernel's text that says nothing of its progress is taken to be there.
   */
  private static final long TEXT_NANOS = 700_000_000;

  private static final long SURELY_ENDED_NANOS = 3_000_000_000L;
  private static final int MOST_CHUNKS_AT_ONCE = 4;
  private static final long NANOS_PER_MILLI = 1_000_000;

  private final Path directory;
  private final Set<Path> folders = new LinkedHashSet<>();
  private final JfrFollower follower = new JfrFollower();
  private final Map<LiveJvm, FlushTime> flushed = new HashMap<>();
  private final List<Path> rawTraces = new ArrayList<>();
  private final boolean traced;
  private final Set<LiveJvm> behind = new HashSet<>();
  private final Set<String> givenUp = new LinkedHashSet<>();

  /**
   * Makes the sources of a run directory.
   *
   * @param traces the kernel's traces in it
   */
  LiveSources(Path directory, List<Path> traces) throws IOException {
    this.directory = directory;
    this.traced = !traces.isEmpty();
    for (Path trace : traces) {
      if (TraceFile.of(trace) == TraceFile.TRACE_DAT) {
        rawTraces.add(trace);
      }
    }
  }

  /** Adds the folder of a JVM whose repository is not in the run directory. */
  void add(Path folder) {
    folders.add(folder);
  }

  /** Returns the folders of JVMs in repositories of JFR. */
  List<Path> folders() {
    return List.copyOf(folders);
  }

  /** Returns the JVMs of which something was read, or is to be read. */
  List<LiveJvm> jvms() {
    return List.copyOf(follower.jvms());
  }

  /** Returns sentences for people about the sources that were not waited for. */
  Set<String> givenUp() {
    return givenUp;
  }

  /**
   * Reads what the JVMs have flushed, but no more of each than should be held at once.
   *
   * @return whether all of it was read
   */
  boolean read() throws IOException {
    behind.clear();
    folders.addAll(foldersOf(directory.resolve(Inputs.JFR_REPOSITORY)));
    for (Path jvm : Inputs.ofOthers(directory)) {
      folders.addAll(foldersOf(jvm.resolve(Inputs.JFR_REPOSITORY)));
    }
    for (Path folder : folders) {
      flushed.computeIfAbsent(follower.jvm(folder), _ -> new FlushTime(System.nanoTime()));
      readOn(recordings(folder), folder);
    }
    for (Path recording : recordings(directory)) {
      readOn(List.of(recording), recording);
    }
    return behind.isEmpty();
  }

  private void readOn(List<Path> files, Path place) {
    int chunks = 0;
    for (Path file : files) {
      LiveJvm more = null;
      do {
        if (chunks == MOST_CHUNKS_AT_ONCE) {
          behind.add(more == null ? follower.jvm(place) : more);
          return;
        }
        if (!follower.isWhole(file)) {
          more = follower.read(file, place);
          chunks++;
        }
      } while (more != null);
    }
  }

  private static List<Path> foldersOf(Path repository) throws IOException {
    return filesOf(repository, Files::isDirectory);
  }

  private static List<Path> recordings(Path folder) throws IOException {
    return filesOf(folder, file -> file.toString().endsWith(".jfr"));
  }

  /** Returns some of the files of a folder, which may vanish at any time. */
  private static List<Path> filesOf(Path folder, Predicate<Path> which) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(which).sorted().toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /** Returns up to which time all that has happened was read, in nanoseconds of the timeline. */
  long completeNanos() {
    long nowNanos = System.nanoTime();
    long aheadNanos = System.currentTimeMillis() * NANOS_PER_MILLI - nowNanos;
    long least = nowNanos - LONGEST_CALL_NANOS;
    for (LiveJvm jvm : follower.jvms()) {
      long said = jvm.untilEpochMillis() * NANOS_PER_MILLI - aheadNanos;
      FlushTime time = flushed.computeIfAbsent(jvm, _ -> new FlushTime(nowNanos));
      time.look(jvm.flushes(), said, nowNanos);
      long until = time.untilNanos();
      if (behind.contains(jvm)) {
        // What is read may be of long ago.
        least = Math.min(least, Math.min(said, until) - LONGEST_CALL_NANOS);
      } else if (!isOver(jvm, nowNanos - until)) {
        least = Math.min(least, waitedFor(jvm, until, nowNanos) - LONGEST_CALL_NANOS);
      }
    }
    for (Path trace : rawTraces) {
      Optional<Progress> progress = Progress.read(trace);
      String name = trace.getFileName().toString();
      if (progress.isPresent()) {
        long until = progress.get().nanos();
        least = Math.min(least, waitedFor(name, until, nowNanos, PATIENCE_NANOS));
      }
    }
    boolean text = traced && rawTraces.isEmpty();
    return text ? Math.min(least, nowNanos - TEXT_NANOS) : least;
  }

  /** Returns until when a JVM is complete, or until when it is no longer waited for. */
  private long waitedFor(LiveJvm jvm, long untilNanos, long nowNanos) {
    boolean late = nowNanos - untilNanos > PATIENCE_NANOS;
    Path process = Path.of("/proc", pid(jvm));
    long patience = late && !isStopped(process) ? PATIENCE_WITH_RUNNING_NANOS : PATIENCE_NANOS;
    return waitedFor("JVM " + pid(jvm), untilNanos, nowNanos, patience);
  }

  private long waitedFor(String source, long untilNanos, long nowNanos, long patienceNanos) {
    if (nowNanos - untilNanos <= patienceNanos) {
      return untilNanos;
    }
    givenUp.add(
        "%s was not waited for any longer than %.0f s".formatted(source, patienceNanos / 1e9));
    return nowNanos;
  }

  /**
   * Returns whether a process is stopped, by a signal or a debugger, so that it makes no calls.
   *
   * @param process its folder in /proc
   */
  static boolean isStopped(Path process) {
    try {
      String stat = Files.readString(process.resolve("stat"), StandardCharsets.ISO_8859_1);
      return "Tt".indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) >= 0;
    } catch (IOException | IndexOutOfBoundsException e) {
      // Of a process that is not seen nothing is known.
      return false;
    }
  }

  /**
   * Returns whether nothing more comes of a JVM: it has ended its recording, its folder is gone, or
   * it was killed.
   */
  private static boolean isOver(LiveJvm jvm, long behindNanos) {
    if (jvm.ended() || !Files.isDirectory(jvm.place())) {
      return true;
    }
    boolean known = pid(jvm).matches("\\d{1,9}");
    return behindNanos > SURELY_ENDED_NANOS && known && !Files.exists(Path.of("/proc", pid(jvm)));
  }

  /** Returns the number at the end of the folder's name, {@code 2026_11_22_12_06_56_698}. */
  private static String pid(LiveJvm jvm) {
    String name = jvm.place().getFileName().toString();
    return name.substring(name.lastIndexOf('_') + 1);
  }

  /**
   * Returns for how long the kernel's recorder has not told of its progress, in nanoseconds; 0 if
   * it never tells.
   */
  long recorderSilentNanos() {
    long nowNanos = System.nanoTime();
    return rawTraces.stream()
        .flatMap(trace -> Progress.read(trace).stream())
        .mapToLong(progress -> nowNanos - progress.nanos())
        .max()
        .orElse(0);
  }

  private long untilNanos(LiveJvm jvm) {
    FlushTime time = flushed.get(jvm);
    return time == null ? System.nanoTime() : time.untilNanos();
  }

  /** Returns whether a JVM still writes, as far as that can be known. */
  boolean alive() {
    long nowNanos = System.nanoTime();
    return follower.jvms().stream().anyMatch(jvm -> !isOver(jvm, nowNanos - untilNanos(jvm)));
  }
}
