package io.pinaudit.cli.recording;

import io.pinaudit.cli.Amounts;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
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
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The verb {@code attach}: does for a running JVM what {@code record} does for a command. */
public final class AttachVerb implements Verb {
  /** Makes the verb; the service loader calls this. */
  public AttachVerb() {}

  @Override
  public String name() {
    return "attach";
  }

  @Override
  public String arguments() {
    return "PID";
  }

  @Override
  public String summary() {
    return "record a JVM that runs already, until it ends, the time is over, or Ctrl-C";
  }

  @Override
  public Options options() {
    return Bounds.addTo(Upload.addTo(Labels.addTo(new Options())))
        .addOption(RecordVerb.output())
        .addOption(
            Option.builder()
                .longOpt("seconds")
                .hasArg()
                .argName("N")
                .desc("stop after so long; the JVM goes on without the agent")
                .get())
        .addOption(RecordVerb.kernelSide())
        .addOption(RecordVerb.noKernel());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException, InterruptedException {
    ProcessHandle jvm = jvm(line.getArgList());
    Duration limit = limit(line.getOptionValue("seconds"));
    return record(
        line,
        jvm,
        new Where(RunDirectory.create(line.getOptionValue("output")), limit, null),
        console);
  }

  /**
   * Where and how long a JVM is recorded.
   *
   * @param directory the run directory
   * @param watcher who watches meanwhile; null if nobody does
   */
  record Where(Path directory, Duration limit, Attachment.Watcher watcher) {}

  /**
   * Records a running JVM.
   *
   * @param line with the options of the verb
   */
  static int record(CommandLine line, ProcessHandle jvm, Where where, Console console)
      throws IOException, InterruptedException {
    Labels labels = Labels.of(line);
    Upload upload = Upload.of(line);
    Bounds bounds = Bounds.of(line);
    RunAs runAs = RunAs.ownerOf(jvm.pid());
    Path directory = where.directory;
    bounds.check(directory);
    Path settings = RecordVerb.settings(directory);
    runAs.own(directory);
    runAs.own(settings);
    JvmFiles files = JvmFiles.of(jvm.pid(), settings, runAs);
    TracerOptions options =
        new TracerOptions(
            directory,
            new BlockDevices().list(),
            TracerOptions.usualBufferKilobytes(),
            new Followed.ProcessTree(jvm.pid()),
            KernelTracer.Kind.AUTO,
            TraceFormat.RAW,
            RecordVerb.choice(line, "kernel-side", Scope.WHOLE),
            bounds.kernel());
    List<String> command = List.of("attach", Long.toString(jvm.pid()));
    Recording recording =
        Recording.start(
            options,
            new Recording.What(command, runAs, labels),
            !line.hasOption("no-kernel"),
            console);
    recording.run(new Attachment(jvm, files.within(bounds), where.watcher), where.limit);
    return recording.send(upload, console) ? ExitStatus.CLEAN : ExitStatus.ERROR;
  }

  static ProcessHandle jvm(List<String> arguments) {
    if (arguments.size() != 1 || !arguments.getFirst().matches("\\d{1,9}")) {
      throw new UsageException("attach: found " + arguments + ", expected one process id");
    }
    long pid = Long.parseLong(arguments.getFirst());
    return ProcessHandle.of(pid).orElseThrow(() -> new UsageException("attach: no process " + pid));
  }

  private static Duration limit(String seconds) {
    if (seconds == null) {
      return Amounts.FOR_EVER;
    }
    if (!seconds.matches("\\d{1,7}") || Integer.parseInt(seconds) == 0) {
      throw new UsageException("attach: --seconds '" + seconds + "' outside [1, 9999999]");
    }
    return Duration.ofSeconds(Integer.parseInt(seconds));
  }
}
