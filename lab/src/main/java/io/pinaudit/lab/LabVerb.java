package io.pinaudit.lab;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.cli.UsageException;
import io.pinaudit.cli.Verb;
import io.pinaudit.lab.guest.Acceleration;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestFailure;
import io.pinaudit.lab.guest.GuestHardware;
import io.pinaudit.lab.guest.GuestResult;
import io.pinaudit.lab.guest.GuestSpec;
import io.pinaudit.lab.guest.Pmem;
import io.pinaudit.lab.host.DaxFileSystem;
import io.pinaudit.lab.host.Kernel;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * The verb {@code lab}: runs a command of this machine in the DAX guest. The exit status is the
 * command's; it is 124 if the time limit ended the guest, 125 if the guest itself failed, and 2 if
 * the guest could not be started.
 */
public final class LabVerb implements Verb {
  @Override
  public String name() {
    return "lab";
  }

  @Override
  public String arguments() {
    return "-- COMMAND…";
  }

  @Override
  public String summary() {
    return "run a command on a DAX file system in an emulated machine";
  }

  @Override
  public Options options() {
    return new Options()
        .addOption(
            option("o", "output", "RUN", "record the command, with agent and trace, into RUN"))
        .addOption(option(null, "fs", "TYPE", "file system of /mnt/dax: ext4 or xfs (ext4)"))
        .addOption(
            option(null, "kernel", "KERNEL", "kernel to boot: " + Kernel.labels() + " (default)"))
        .addOption(option(null, "pmem", "KIND", "persistent memory: raw, four-raw or nvdimm (raw)"))
        .addOption(
            option(null, "pmem-file", "FILE", "an nvdimm kept in FILE, made if there is none"))
        .addOption(option(null, "accel", "HOW", "tcg, mttcg, icount, kvm or auto (tcg)"))
        .addOption(option(null, "timeout", "SECONDS", "end the guest after that time (600)"))
        .addOption(option(null, "memory", "MIB", "memory of the guest (3072)"))
        .addOption(option(null, "cpus", "N", "virtual CPUs (2)"))
        .addOption(option(null, "slow-iops", "N", "requests a second of the slow disk (1)"))
        .addOption(option("e", "env", "NAME=VALUE", "set an environment variable; repeatable"))
        .addOption(Option.builder("v").longOpt("verbose").desc("tell what is done").get());
  }

  private static Option option(String letter, String name, String argument, String description) {
    return Option.builder(letter).longOpt(name).hasArg().argName(argument).desc(description).get();
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException, InterruptedException {
    environment(
        line,
        GuestCommand.asHere(line.getArgList())); // checks the variables before a folder is created
    GuestSpec spec = spec(line, console);
    GuestCommand command = environment(line, GuestCommand.asHere(words(line, spec.runDirectory())));
    Guest guest = Guest.prepare(spec, console);
    if (line.hasOption("verbose")) {
      console.note("booting " + guest.kernelRelease() + ", run directory " + spec.runDirectory());
    }
    try {
      GuestResult result = guest.run(command, passingOn(console.out()), passingOn(console.err()));
      if (line.hasOption("verbose")) {
        console.note(told(result));
      }
      return result.exitStatus();
    } catch (GuestFailure e) {
      console.err().println("pinaudit: error: " + e.getMessage());
      return e.exitStatus();
    }
  }

  private static String told(GuestResult result) {
    return "booted in %d ms under %s, the command took %d ms, exit status %d"
        .formatted(
            result.bootTime().toMillis(),
            result.acceleration().label(),
            result.commandTime().toMillis(),
            result.exitStatus());
  }

  private static GuestCommand environment(CommandLine line, GuestCommand plain) {
    GuestCommand command = plain;
    String[] variables = line.getOptionValues("env");
    for (String variable : variables == null ? new String[0] : variables) {
      int equals = variable.indexOf('=');
      if (equals < 0) {
        throw new UsageException("lab: --env '" + variable + "' is not NAME=VALUE");
      }
      command =
          command.withEnvironment(variable.substring(0, equals), variable.substring(equals + 1));
    }
    return command;
  }

  /**
   * Returns the words to run: {@code record} and the command if a run directory is given, unless
   * the command is pinaudit itself; otherwise the command.
   */
  private static List<String> words(CommandLine line, Path runDirectory) {
    List<String> words = line.getArgList();
    if (!line.hasOption("output") || words.isEmpty()) {
      return words;
    }
    Path launcher = Installation.current().launcher();
    if (Path.of(words.getFirst()).endsWith(launcher.getFileName())) {
      return words;
    }
    List<String> recorded =
        new ArrayList<>(
            List.of(launcher.toString(), "record", "-o", runDirectory.toString(), "--"));
    recorded.addAll(words);
    return recorded;
  }

  private static GuestSpec spec(CommandLine line, Console console) throws IOException {
    GuestHardware usual = GuestHardware.DEFAULT;
    Optional<Path> kept = Optional.ofNullable(line.getOptionValue("pmem-file")).map(Path::of);
    GuestHardware hardware =
        new GuestHardware(
            Acceleration.named(line.getOptionValue("accel", usual.acceleration().label())),
            number(line, "cpus", usual.cpus()),
            number(line, "memory", usual.memoryMib()),
            number(line, "slow-iops", usual.slowDiskIops()),
            Pmem.named(line.getOptionValue("pmem", kept.isPresent() ? "nvdimm" : "raw")),
            kept);
    DaxFileSystem fileSystem = DaxFileSystem.named(line.getOptionValue("fs", "ext4"));
    Kernel kernel = Kernel.named(line.getOptionValue("kernel", Kernel.DEFAULT.label()));
    Duration timeout =
        Duration.ofSeconds(number(line, "timeout", (int) GuestSpec.DEFAULT_TIMEOUT.toSeconds()));
    return new GuestSpec(kernel, fileSystem, hardware, runDirectory(line, console), timeout);
  }

  private static Path runDirectory(CommandLine line, Console console) throws IOException {
    if (line.hasOption("output")) {
      return RunDirectory.named(line.getOptionValue("output"));
    }
    Path fresh =
        RunDirectory.fresh(Path.of("").toAbsolutePath(), LocalDateTime.now(ZoneId.systemDefault()));
    console.note("run directory " + fresh);
    return fresh;
  }

  private static int number(CommandLine line, String option, int usual) {
    String text = line.getOptionValue(option);
    if (text == null) {
      return usual;
    }
    try {
      int number = Integer.parseInt(text);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // The exception below says it, as for a number out of range.
    }
    throw new UsageException("lab: --" + option + " '" + text + "' is not a positive number");
  }

  /**
   * Returns a stream that throws when the given one fails: a PrintStream does not throw, and the
   * guest must end when nobody reads its output.
   */
  private static OutputStream passingOn(PrintStream stream) {
    return new OutputStream() {
      @Override
      public void write(int value) throws IOException {
        stream.write(value);
        check();
      }

      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        stream.write(bytes, offset, length);
        check();
      }

      private void check() throws IOException {
        if (stream.checkError()) {
          throw new IOException("broken pipe");
        }
      }
    };
  }
}
