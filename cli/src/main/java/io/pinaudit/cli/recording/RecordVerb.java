package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.plan.Plan;
import io.pinaudit.analyzer.predict.Prediction;
import io.pinaudit.cli.Amounts;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.Installation;
import io.pinaudit.cli.Programs;
import io.pinaudit.cli.RunDirectory;
import io.pinaudit.cli.UsageException;
import io.pinaudit.cli.Verb;
import io.pinaudit.probe.Scope;
import io.pinaudit.record.BlockDevices;
import io.pinaudit.record.Followed;
import io.pinaudit.record.KernelTracer;
import io.pinaudit.record.TracerOptions;
import io.pinaudit.run.TraceFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/**
 * The verb {@code record}: runs a command with the agent in its JVMs, traces the kernel meanwhile,
 * and writes both to one folder.
 */
public final class RecordVerb implements Verb {
  /** With this and its run directory {@code --each} announces a recording on standard output. */
  public static final String BEGINNING = "recording into ";

  /** Makes the verb; the service loader calls this. */
  public RecordVerb() {}

  @Override
  public String name() {
    return "record";
  }

  @Override
  public String arguments() {
    return "-- COMMAND…";
  }

  @Override
  public String summary() {
    return "run a command with the agent and the kernel's trace, into a run directory";
  }

  @Override
  public Options options() {
    return addRecorderTo(new Options())
        .addOption(
            Option.builder()
                .longOpt("each")
                .hasArg()
                .argName("FILE")
                .desc(
                    "record several commands, one after the other: FILE has the arguments of a"
                        + " record for each, a word a line, with an empty line between")
                .get())
        .addOption(
            Option.builder()
                .longOpt("meet")
                .hasArg()
                .argName("N")
                .desc(
                    "then predict what may overlap and run the command up to N times more, into"
                        + " meet-1 and so on of the run directory, so that it meets (docs/meet.md)")
                .get());
  }

  /** Adds the options of a recorder that starts a command. */
  static Options addRecorderTo(Options options) {
    return Bounds.addTo(Upload.addTo(Labels.addTo(options)))
        .addOption(output())
        .addOption(user())
        .addOption(
            Option.builder()
                .longOpt("buffer-kb")
                .hasArg()
                .argName("N")
                .desc(
                    "kernel buffer for each CPU, taken twice (a 64th of the memory over all CPUs,"
                        + " at most 32768); more if a run says that events were lost")
                .get())
        .addOption(
            Option.builder()
                .longOpt("all-processes")
                .desc("record the system calls of every process, not only of the command's")
                .get())
        .addOption(
            Option.builder()
                .longOpt("recorder")
                .hasArg()
                .argName("KIND")
                .desc(
                    "what traces the kernel: tracefs, bpftrace, or auto (default), the first that"
                        + " works")
                .get())
        .addOption(
            Option.builder()
                .longOpt("kernel-format")
                .hasArg()
                .argName("FORMAT")
                .desc(
                    "how tracefs is recorded: raw (default), the kernel's pages as a trace.dat, or"
                        + " text")
                .get())
        .addOption(kernelSide())
        .addOption(noKernel());
  }

  static Option output() {
    return Option.builder("o")
        .longOpt("output")
        .hasArg()
        .argName("DIR")
        .desc("run directory, without a run in it (default: pinaudit-runs/TIME)")
        .get();
  }

  static Option user() {
    return Option.builder()
        .longOpt("user")
        .hasArg()
        .argName("NAME")
        .desc("as root: run the command as that user (default: who called sudo)")
        .get();
  }

  static Option kernelSide() {
    return Option.builder()
        .longOpt("kernel-side")
        .hasArg()
        .argName("SIDE")
        .desc(
            "how much of the kernel is recorded: whole (default), every pin; or hazards, only what"
                + " is done to pages that somebody holds, so that no I/O costs anything")
        .get();
  }

  static Option noKernel() {
    return Option.builder()
        .longOpt("no-kernel")
        .desc("do not trace the kernel; only the JVM's side is recorded")
        .get();
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException, InterruptedException {
    return line.hasOption("each") ? recordEach(line, console) : recordOne(line, console);
  }

  /**
   * Records what a file names. A command that fails does not stop the next.
   *
   * @return 0, or the first other exit status
   */
  private int recordEach(CommandLine line, Console console)
      throws IOException, InterruptedException {
    if (line.getOptions().length > 1 || !line.getArgList().isEmpty()) {
      throw new UsageException("record: --each FILE stands alone");
    }
    int first = 0;
    for (List<String> words :
        paragraphs(Files.readAllLines(Path.of(line.getOptionValue("each"))))) {
      CommandLine each = parse(words);
      console.out().println(BEGINNING + each.getOptionValue("output", ""));
      console.out().flush();
      int status = recordOne(each, console);
      first = first == 0 ? status : first;
    }
    return first;
  }

  private CommandLine parse(List<String> words) {
    try {
      CommandLine line = new DefaultParser().parse(options(), words.toArray(String[]::new), false);
      if (line.hasOption("each")) {
        throw new UsageException("record: --each within --each");
      }
      return line;
    } catch (ParseException e) {
      throw new UsageException("record: " + e.getMessage());
    }
  }

  /** Splits lines at empty ones. */
  static List<List<String>> paragraphs(List<String> lines) {
    List<List<String>> all = new ArrayList<>();
    List<String> words = new ArrayList<>();
    for (String line : lines) {
      if (!line.isEmpty()) {
        words.add(line);
      } else if (!words.isEmpty()) {
        all.add(words);
        words = new ArrayList<>();
      }
    }
    if (!words.isEmpty()) {
      all.add(words);
    }
    return all;
  }

  private int recordOne(CommandLine line, Console console)
      throws IOException, InterruptedException {
    List<String> command = line.getArgList();
    if (command.isEmpty()) {
      throw new UsageException("record: no command given: pinaudit record -o DIR -- COMMAND…");
    }
    // Before a run directory is made for it.
    if (!Programs.exists(command.getFirst())) {
      throw new UsageException(
          "record: '" + command.getFirst() + "' is no command that can be run");
    }
    Path directory = RunDirectory.create(line.getOptionValue("output"));
    int runs = Amounts.count(line, "meet", 0);
    int status = record(line, directory, List.of(), console);
    if (runs > 0) {
      Plan plan =
          Prediction.of(Inputs.of(List.of(directory)), Prediction.WITHIN, Prediction.PAIRS).plan();
      plan.write(directory.resolve(Plan.FILE_NAME));
      MeetingRuns.of(plan, line, console).run(directory, runs);
    }
    return status;
  }

  /**
   * Records one run of the command.
   *
   * @param line with the options of a recorder, and the command
   * @param more options of its JVMs
   * @return the exit status of the command
   */
  static int record(CommandLine line, Path directory, List<String> more, Console console)
      throws IOException, InterruptedException {
    List<String> command = line.getArgList();
    Path agent = Installation.agent();
    Labels labels = Labels.of(line);
    Upload upload = Upload.of(line);
    Bounds bounds = Bounds.of(line);
    bounds.check(directory);
    int bufferKilobytes = bufferKilobytes(line.getOptionValue("buffer-kb"));
    RunAs runAs = RunAs.of(line.getOptionValue("user"), console);
    runAs.requireReadable(agent);
    runAs.own(directory);
    runAs.own(Files.createDirectories(directory.resolve(Inputs.HEARTBEATS)));
    JavaCommand java = new JavaCommand(agent, settings(directory), directory, more).within(bounds);
    TracerOptions options =
        new TracerOptions(
            directory,
            new BlockDevices().list(),
            bufferKilobytes,
            line.hasOption("all-processes") ? new Followed.Everybody() : new Followed.Children(),
            choice(line, "recorder", KernelTracer.Kind.AUTO),
            choice(line, "kernel-format", TraceFormat.RAW),
            choice(line, "kernel-side", Scope.WHOLE),
            bounds.kernel());
    Recording recording =
        Recording.start(
            options,
            new Recording.What(command, runAs, labels),
            !line.hasOption("no-kernel"),
            console);
    int status = recording.run(java, Amounts.time(line, "for", Amounts.FOR_EVER));
    if (!hasJvmRecording(directory)) {
      console.note("no JVM of this command left a recording in " + directory);
    }
    return recording.send(upload, console) || status != 0 ? status : ExitStatus.ERROR;
  }

  private static int bufferKilobytes(String text) throws IOException {
    if (text == null) {
      return TracerOptions.usualBufferKilobytes();
    }
    if (text.matches("\\d{2,7}")) {
      return Integer.parseInt(text);
    }
    throw new UsageException("record: --buffer-kb '" + text + "' outside [10, 9999999] KiB");
  }

  /** Returns the constant that an option names, or the usual one if the option is absent. */
  static <E extends Enum<E>> E choice(CommandLine line, String option, E usual) {
    String name = line.getOptionValue(option, usual.name().toLowerCase(Locale.ROOT));
    E[] all = usual.getDeclaringClass().getEnumConstants();
    return Arrays.stream(all)
        .filter(each -> each.name().toLowerCase(Locale.ROOT).equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new UsageException(
                    "--%s '%s': expected one of %s"
                        .formatted(option, name, Arrays.toString(all).toLowerCase(Locale.ROOT))));
  }

  /**
   * Writes JFR settings that turn on the agent's events and nothing else, so that a recording is
   * small, unless they are there; returns their file.
   */
  static Path settings(Path directory) throws IOException {
    Path settings = directory.resolve("pinaudit.jfc");
    if (!Files.exists(settings)) {
      Files.writeString(settings, settings());
    }
    return settings;
  }

  /**
   * Writes JFR settings with which short transfers have no stack of their own, but now and then.
   */
  static void writeBriefSettings(Path directory) throws IOException {
    Files.writeString(
        directory.resolve("pinaudit.jfc"),
        settings().replaceAll("(BriefTransfer\"><setting name=\"enabled\">)false", "$1true"));
  }

  private static String settings() throws IOException {
    try (var in = RecordVerb.class.getResourceAsStream("/pinaudit.jfc")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static boolean hasJvmRecording(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.anyMatch(file -> file.toString().endsWith(".jfr"));
    }
  }
}
