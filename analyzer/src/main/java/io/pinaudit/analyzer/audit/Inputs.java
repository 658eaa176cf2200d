package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.harness.RecordingOptions;
import io.pinaudit.run.HeartbeatName;
import io.pinaudit.run.RunDescription;
import io.pinaudit.run.RunDescriptionReader;
import io.pinaudit.run.TraceFormat;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The files of an audit.
 *
 * @param names the paths that the user named, for the head of the report
 * @param description {@code run.json}; null if there is none
 * @param jfr flight recordings of JVMs
 * @param unfinished unfinished flight recordings of JVMs that were killed
 * @param crashes logs of JVMs that died
 * @param heartbeats the files that the agent in each JVM wrote once a second
 * @param plan which calls were to meet, or may; null if the run has no plan
 * @param traces kernel traces, at most two of each recording: the second one holds the system calls
 * @param recordings the recordings that are judged as one run; empty if there is only one
 */
public record Inputs(
    List<Path> names,
    RunDescription description,
    List<Path> jfr,
    List<Path> unfinished,
    List<Path> crashes,
    List<Path> heartbeats,
    Plan plan,
    List<Path> traces,
    List<Inputs> recordings) {
  /** The folder of a run in which JVMs hold events that are not in a recording yet. */
  public static final String JFR_REPOSITORY = RecordingOptions.JFR_REPOSITORY;

  /** The folder of a run in which the agent of each JVM says once a second that the JVM lives. */
  public static final String HEARTBEATS = RecordingOptions.HEARTBEATS;

  /**
   * The folder of a run in which JVMs of other users than the command's leave what they record,
   * each in a folder {@code others/NAME/NAME} that is laid out like a run directory.
   */
  public static final String OTHERS = "others";

  private static final String NAMED_BY_JVM = "hotspot-pid-";

  private static final Set<String> RAW_TRACES =
      Set.of(
          "trace.dat",
          TraceFormat.RAW.file(TraceFormat.MACHINE),
          TraceFormat.RAW.file(TraceFormat.PROCESSES));

  private static final byte[] JFR_MAGIC = {'F', 'L', 'R', 0};

  /** Returns inputs of a run of which no file is to be named. */
  static Inputs ofRun(RunDescription run) {
    List<Path> none = List.of();
    return new Inputs(none, run, none, none, none, none, null, none, List.of());
  }

  /** Returns what a recording without root would have left: the JVMs' side alone. */
  public Inputs withoutKernel() {
    RunDescription ofJvms = description == null ? null : description.withoutKernel("left out");
    return new Inputs(
        names, ofJvms, jfr, unfinished, crashes, heartbeats, plan, List.of(), recordings);
  }

  /**
   * Finds the inputs of an audit in a run directory and loose files, or in several run directories
   * of one boot whose times overlap and which are judged as one run.
   *
   * @throws IOException if one of them cannot be an input, with one line that says why
   */
  public static Inputs of(List<Path> paths) throws IOException {
    if (paths.size() > 1 && paths.stream().allMatch(Inputs::isRunDirectory)) {
      return ofBoot(paths);
    }
    Collector collector = new Collector();
    for (Path path : paths) {
      collector.add(path);
    }
    return collector.inputs(paths);
  }

  private static boolean isRunDirectory(Path path) {
    return Files.isRegularFile(path.resolve(RunDescription.FILE_NAME));
  }

  private static Inputs ofBoot(List<Path> directories) throws IOException {
    List<Inputs> recordings = new ArrayList<>();
    for (Path directory : directories) {
      recordings.add(of(List.of(directory)));
    }
    recordings.sort(Comparator.comparingLong(one -> one.description.startNanos()));
    long end = recordings.getFirst().description.startNanos();
    for (Inputs one : recordings) {
      if (one.description.startNanos() > end) {
        throw new InputException(
            one.names.getFirst()
                + ": error: begins when no other recording was at work: audit it by itself");
      }
      end = Math.max(end, one.description.endNanos());
    }
    return joined(recordings);
  }

  /**
   * Takes several recordings of one boot for one run, so that a pin that one recording shows and a
   * freeing that another shows are judged together.
   *
   * @param recordings at least one, each with a description, all of one boot, and each of them at
   *     work while another one was
   * @throws InputException if one of them has no description, or that of another boot
   */
  public static Inputs joined(List<Inputs> recordings) throws InputException {
    if (recordings.size() == 1) {
      return recordings.getFirst();
    }
    List<RunDescription> descriptions = new ArrayList<>();
    for (Inputs recording : recordings) {
      RunDescription run = recording.description;
      if (run == null || run.bootId() == null || run.bootId().isEmpty()) {
        throw new InputException(
            recording.names.getFirst() + ": error: its run.json names no boot: audit it by itself");
      }
      if (!descriptions.isEmpty() && !run.bootId().equals(descriptions.getFirst().bootId())) {
        throw new InputException(
            recording.names.getFirst()
                + ": error: a recording of another boot: audit it by itself");
      }
      descriptions.add(run);
    }
    return new Inputs(
        all(recordings, Inputs::names),
        JoinedRuns.of(descriptions),
        all(recordings, Inputs::jfr),
        all(recordings, Inputs::unfinished),
        all(recordings, Inputs::crashes),
        all(recordings, Inputs::heartbeats),
        recordings.stream().map(Inputs::plan).filter(Objects::nonNull).findFirst().orElse(null),
        all(recordings, Inputs::traces),
        List.copyOf(recordings));
  }

  private static List<Path> all(List<Inputs> recordings, Function<Inputs, List<Path>> what) {
    return recordings.stream().flatMap(one -> what.apply(one).stream()).toList();
  }

  /**
   * Returns the recordings that these inputs consist of: only these inputs if they are not joined.
   */
  List<Inputs> parts() {
    return recordings.isEmpty() ? List.of(this) : recordings;
  }

  private static final class Collector {
    private RunDescription description;
    private Plan plan;
    private final List<Path> jfr = new ArrayList<>();
    private final List<Path> unfinished = new ArrayList<>();
    private final List<Path> crashes = new ArrayList<>();
    private final List<Path> heartbeats = new ArrayList<>();
    private final List<Path> traces = new ArrayList<>();

    void add(Path path) throws IOException {
      if (Files.isDirectory(path)) {
        addDirectory(path);
      } else if (!Files.exists(path)) {
        throw new NoSuchFileException(path.toString());
      } else if (!Files.isRegularFile(path)) {
        throw new InputException(
            path + ": error: not a regular file: write what a pipe gives into one first");
      } else if (path.getFileName().toString().equals(RunDescription.FILE_NAME)) {
        describe(path.toAbsolutePath().getParent());
      } else if (isCrashLog(path.getFileName().toString())) {
        crashes.add(path);
      } else if (isJfr(path)) {
        jfr.add(path);
      } else {
        traces.add(path);
      }
    }

    private void addDirectory(Path directory) throws IOException {
      int before = jfr.size() + traces.size();
      boolean described = Files.exists(directory.resolve(RunDescription.FILE_NAME));
      if (described) {
        describe(directory);
      }
      try (Stream<Path> files = Files.list(directory)) {
        for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
          String name = file.getFileName().toString();
          if (name.endsWith(".jfr")) {
            addRecording(file);
          } else if (name.equals(Plan.FILE_NAME)) {
            plan = Plan.read(file);
          } else if (isTrace(name)) {
            traces.add(file);
          } else if (isCrashLog(name)) {
            crashes.add(file);
          }
        }
      }
      addUnfinished(directory.resolve(JFR_REPOSITORY));
      addHeartbeats(directory.resolve(HEARTBEATS));
      for (Path jvm : ofOthers(directory)) {
        List<Path> recordings = new ArrayList<>();
        addFiles(jvm, ".jfr", recordings);
        for (Path recording : recordings) {
          addRecording(recording);
        }
        addUnfinished(jvm.resolve(JFR_REPOSITORY));
        addHeartbeats(jvm.resolve(HEARTBEATS));
      }
      if (!described && jfr.size() + traces.size() == before) {
        addRepository(directory);
      }
    }

    /** A JVM that is killed leaves an empty file where its recording was to be. */
    private void addRecording(Path file) throws IOException {
      if (Files.size(file) > 0 || !file.getFileName().toString().startsWith(NAMED_BY_JVM)) {
        jfr.add(file);
      }
    }

    private void addHeartbeats(Path folder) throws IOException {
      addFiles(folder, HeartbeatName.SUFFIX, heartbeats);
    }

    private static void addFiles(Path folder, String ending, List<Path> all) throws IOException {
      if (Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        try (Stream<Path> files = Files.list(folder)) {
          files
              .filter(file -> file.toString().endsWith(ending))
              .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .sorted()
              .forEach(all::add);
        }
      }
    }

    /**
     * Adds a repository of JFR, which a JVM names itself: it contains a folder for each JVM, and
     * nothing else.
     */
    private void addRepository(Path directory) throws IOException {
      int before = unfinished.size();
      addUnfinished(directory);
      if (unfinished.size() == before) {
        throw new InputException(
            directory
                + ": error: not a run directory: no run.json, *.jfr, *.ftrace, *.bpftrace or"
                + " trace.dat in it, nor a JFR repository");
      }
    }

    /**
     * Adds the unfinished recordings of a repository, such as {@code
     * jfr/2026_11_22_12_06_56_698/2026_11_22_12_06_57.jfr}: there is a folder for each JVM.
     */
    private void addUnfinished(Path repository) throws IOException {
      if (Files.isDirectory(repository, LinkOption.NOFOLLOW_LINKS)) {
        try (Stream<Path> files = Files.walk(repository, 2)) {
          files
              .filter(file -> file.toString().endsWith(".jfr"))
              .filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
              .sorted()
              .forEach(unfinished::add);
        }
      }
    }

    private void describe(Path directory) throws IOException {
      if (description != null) {
        throw new InputException(directory + ": error: a second run.json: audit one run at a time");
      }
      description = RunDescriptionReader.read(directory);
    }

    Inputs inputs(List<Path> names) throws IOException {
      List<Path> ordered = new ArrayList<>(traces);
      ordered.sort(Comparator.comparing(Collector::holdsSyscalls));
      if (ordered.size() > 2 || ordered.size() == 2 && !holdsSyscalls(ordered.getLast())) {
        throw new InputException(
            ordered.get(1) + ": error: a second kernel trace: audit one run at a time");
      }
      return new Inputs(
          names,
          description,
          List.copyOf(jfr),
          List.copyOf(unfinished),
          List.copyOf(crashes),
          List.copyOf(heartbeats),
          plan,
          List.copyOf(ordered),
          List.of());
    }

    private static boolean holdsSyscalls(Path trace) {
      return Arrays.stream(TraceFormat.values())
          .anyMatch(format -> trace.endsWith(format.file(TraceFormat.PROCESSES)));
    }
  }

  /** Returns whether a file of a run directory is a kernel trace, by its name. */
  public static boolean isTrace(String name) {
    return name.endsWith(".ftrace") || name.endsWith(".bpftrace") || RAW_TRACES.contains(name);
  }

  /**
   * Returns the folders in which JVMs of other users record, or have recorded, into a run. Whoever
   * owns one may put anything there, such as links.
   */
  static List<Path> ofOthers(Path directory) throws IOException {
    Path others = directory.resolve(OTHERS);
    if (!Files.isDirectory(others, LinkOption.NOFOLLOW_LINKS)) {
      return List.of();
    }
    try (Stream<Path> folders = Files.walk(others, 2)) {
      return folders
          .filter(folder -> folder.getNameCount() == others.getNameCount() + 2)
          .filter(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS))
          .sorted()
          .toList();
    } catch (AccessDeniedException | UncheckedIOException e) {
      // Another user's, which only root may read: the report says that a recording is missing.
      return List.of();
    }
  }

  private static boolean isCrashLog(String name) {
    return name.startsWith("hs_err_pid") && name.endsWith(".log");
  }

  private static boolean isJfr(Path file) throws IOException {
    boolean named = file.getFileName().toString().endsWith(".jfr");
    try (InputStream in = Files.newInputStream(file)) {
      byte[] head = in.readNBytes(JFR_MAGIC.length);
      if (named && head.length > 0 && !Arrays.equals(head, JFR_MAGIC)) {
        throw new InputException(file + ": error: not a recording: its first bytes are not FLR");
      }
      return named || Arrays.equals(head, JFR_MAGIC);
    }
  }
}
