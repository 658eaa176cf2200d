package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.report.Format;
import io.pinaudit.analyzer.report.Report;
import io.pinaudit.analyzer.report.Sources;
import io.pinaudit.analyzer.report.TextReport;
import io.pinaudit.cli.Amounts;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.Main;
import io.pinaudit.cli.Outputs;
import io.pinaudit.cli.Programs;
import io.pinaudit.cli.RuleChoice;
import io.pinaudit.cli.RunDirectory;
import io.pinaudit.cli.UsageException;
import io.pinaudit.cli.Verb;
import io.pinaudit.cli.Verdicts;
import io.pinaudit.cli.Version;
import io.pinaudit.cli.alarm.Alarm;
import io.pinaudit.cli.alarm.CommandAlarm;
import io.pinaudit.cli.alarm.JvmAlarm;
import io.pinaudit.cli.alarm.MetricsFile;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * The verb {@code watch}: tells of hazards while the run goes on, of a command that it records, of
 * a JVM that it attaches to, or of a run that somebody else records.
 */
public final class WatchVerb implements Verb {
  private static final String FOR = "for";
  private static final String METRICS = "metrics";
  private static final String ON_FINDING = "on-finding";
  private static final String NOTIFY = "notify";
  private static final String DUMP = "dump";
  private static final long LAST_WORDS_SECONDS = 120;

  /** The programs that pass a line on, by where it is to go. */
  private static final Map<String, List<String>> NOTIFIERS =
      Map.of(
          "journald", List.of("systemd-cat", "-t", "pinaudit", "-p", "err"),
          "syslog", List.of("logger", "-t", "pinaudit", "-p", "daemon.err"));

  /** Makes the verb; the service loader calls this. */
  public WatchVerb() {}

  @Override
  public String name() {
    return "watch";
  }

  @Override
  public String arguments() {
    return "PID | RUN | -- COMMAND…";
  }

  @Override
  public String summary() {
    return "tell of hazards while a JVM, a run or a command goes on";
  }

  @Override
  public Options options() {
    return RuleChoice.addTo(
            Outputs.addFormatsTo(Verdicts.addTo(RecordVerb.addRecorderTo(new Options()))))
        .addOption(
            Option.builder()
                .longOpt(FOR)
                .hasArg()
                .argName("TIME")
                .desc("end after so long, such as 90s, 30m, 24h or 7d")
                .get())
        .addOption(
            Option.builder()
                .longOpt(METRICS)
                .hasArg()
                .argName("FILE")
                .desc("write metrics, in the text format of OpenMetrics, every few seconds")
                .get())
        .addOption(
            Option.builder()
                .longOpt(ON_FINDING)
                .hasArg()
                .argName("COMMAND")
                .desc("run this in a shell for new findings, which it gets as JSON on its input")
                .get())
        .addOption(
            Option.builder()
                .longOpt(NOTIFY)
                .hasArg()
                .argName("WHERE")
                .desc("pass a line for each finding on to journald or syslog")
                .get())
        .addOption(
            Option.builder()
                .longOpt(DUMP)
                .hasArg()
                .argName("TIME")
                .desc(
                    "copy the last so much of the run, such as 5m, into the folder F1 and so on of"
                        + " the run directory for each new finding, at most 20 times")
                .get());
  }

  /** What is watched. */
  private sealed interface Subject {
    /** A run directory that somebody else writes. */
    record Run(Path directory) implements Subject {}

    /** A JVM that runs already. */
    record Jvm(ProcessHandle process) implements Subject {}

    /** A command that is to be started. */
    record Command() implements Subject {}
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException, InterruptedException {
    Subject subject = subject(line.getArgList());
    Outputs outputs = Outputs.of(line, null);
    RuleChoice.of(line);
    Duration limit = Amounts.time(line, FOR, Amounts.FOR_EVER);
    Path directory =
        subject instanceof Subject.Run(Path given)
            ? given
            : RunDirectory.create(line.getOptionValue("output"));
    if (!(subject instanceof Subject.Run)) {
      RecordVerb.writeBriefSettings(directory);
    }
    List<Alarm> alarms = alarms(line, console);
    JvmAlarm jvms = new JvmAlarm(directory.toAbsolutePath().resolve(JvmAlarm.FILE_NAME));
    if (!(subject instanceof Subject.Run)) {
      alarms.add(jvms);
    }
    Watch watch = new Watch(directory, () -> RuleChoice.of(line), alarms, console);
    watch.dumpLast(Amounts.time(line, DUMP, Duration.ZERO));
    CountDownLatch done = new CountDownLatch(1);
    Thread hook = new Thread(() -> endEarly(subject, watch, done), "pinaudit-watch-shutdown");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      Watched watched =
          switch (subject) {
            case Subject.Run _ -> new Watched(watch.run(limit), null);
            case Subject.Jvm(ProcessHandle jvm) ->
                meanwhile(
                    watch,
                    () ->
                        AttachVerb.record(
                            line,
                            jvm,
                            new AttachVerb.Where(directory, limit, new Following(watch, jvms)),
                            console),
                    console);
            case Subject.Command _ ->
                meanwhile(
                    watch,
                    () -> RecordVerb.record(line, directory, jvms.options(), console),
                    console);
          };
      if (watched.audit.isEmpty()) {
        throw watched.failure == null
            ? new IOException(directory + ": no run began there")
            : watched.failure;
      }
      int status = verdict(watched.audit.get(), directory, outputs, line, console);
      if (watched.failure != null) {
        throw watched.failure;
      }
      return status;
    } finally {
      done.countDown();
    }
  }

  /** Passes on what is known of an attached JVM. */
  private record Following(Watch watch, JvmAlarm jvms) implements Attachment.Watcher {
    @Override
    public void follow(Path repository) {
      watch.follow(repository);
    }

    @Override
    public void tellIn(Path file) {
      jvms.tellIn(file);
    }
  }

  private static Subject subject(List<String> arguments) {
    if (arguments.isEmpty()) {
      throw new UsageException("watch: name a process id, a run directory, or -- COMMAND");
    }
    String first = arguments.getFirst();
    if (arguments.size() == 1 && first.matches("\\d{1,9}")) {
      return new Subject.Jvm(AttachVerb.jvm(arguments));
    }
    if (arguments.size() == 1 && Files.isDirectory(Path.of(first))) {
      return new Subject.Run(Path.of(first));
    }
    if (!Programs.exists(first)) {
      throw new UsageException(
          "watch: '" + first + "' is no process id, no run directory and no command");
    }
    return new Subject.Command();
  }

  /**
   * What came of a watch.
   *
   * @param audit empty if no run began
   * @param failure why the run was not recorded to its end, such as a full disk; null if it was
   */
  private record Watched(Optional<Audit> audit, IOException failure) {}

  /** What is recorded while a run is watched. */
  @FunctionalInterface
  private interface Recorder {
    int record() throws IOException, InterruptedException;
  }

  /** Watches on a thread of its own what this thread records. */
  private static Watched meanwhile(Watch watch, Recorder recorder, Console console)
      throws IOException, InterruptedException {
    CompletableFuture<Optional<Audit>> audit = new CompletableFuture<>();
    Thread.ofPlatform().name("pinaudit-watch").start(() -> complete(audit, watch, console));
    try {
      recorder.record();
    } catch (IOException e) {
      watch.stop();
      return new Watched(joined(audit), e);
    } catch (InterruptedException | RuntimeException e) {
      watch.stop();
      throw e;
    }
    return new Watched(joined(audit), null);
  }

  private static Optional<Audit> joined(CompletableFuture<Optional<Audit>> audit)
      throws IOException, InterruptedException {
    try {
      return audit.get();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof IOException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Completes the watch. Whatever ends it early is reported at once, because the recording goes on
   * without it.
   */
  private static void complete(
      CompletableFuture<Optional<Audit>> audit, Watch watch, Console console) {
    try {
      audit.complete(watch.run(Amounts.FOR_EVER));
    } catch (Throwable e) {
      audit.completeExceptionally(e);
      String why = e instanceof IOException io ? Main.oneLine(io) : e.toString();
      console.note("error: nothing is watched any more: " + why);
    }
  }

  /**
   * Waits for the last words of a watch that is told to end: what it records itself has hooks of
   * its own, and a run of somebody else goes on.
   */
  private static void endEarly(Subject subject, Watch watch, CountDownLatch done) {
    if (subject instanceof Subject.Run) {
      watch.stop();
    }
    try {
      if (!done.await(LAST_WORDS_SECONDS, TimeUnit.SECONDS)) {
        System.err.println("pinaudit: error: the watch did not end in time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static int verdict(
      Audit audit, Path directory, Outputs outputs, CommandLine line, Console console)
      throws IOException {
    List<Judgement> runs = List.of(Judgement.of(directory.toString(), audit));
    outputs.write(runs, console);
    console.out().flush();
    return Verdicts.status(runs, line);
  }

  private static List<Alarm> alarms(CommandLine line, Console console) {
    List<Alarm> alarms = new ArrayList<>();
    if (line.hasOption(METRICS)) {
      alarms.add(new MetricsFile(Path.of(line.getOptionValue(METRICS))));
    }
    if (line.hasOption(ON_FINDING)) {
      List<String> shell = List.of("/bin/sh", "-c", line.getOptionValue(ON_FINDING));
      alarms.add(new CommandAlarm(shell, WatchVerb::json, console::note));
    }
    if (line.hasOption(NOTIFY)) {
      String where = line.getOptionValue(NOTIFY);
      List<String> command = NOTIFIERS.get(where);
      if (command == null) {
        throw new UsageException("--notify: '" + where + "' is none of journald, syslog");
      }
      alarms.add(new CommandAlarm(command, WatchVerb::lines, console::note));
    }
    return alarms;
  }

  private static byte[] json(Audit news) throws IOException {
    StringWriter text = new StringWriter();
    Report.of(Format.JSON, Sources.unknown(), false, Version.TEXT)
        .write(List.of(Judgement.of("", news)), text);
    return text.toString().getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] lines(Audit news) {
    return (String.join("\n", TextReport.lines(news)) + "\n").getBytes(StandardCharsets.UTF_8);
  }
}
