package io.pinaudit.lab.matrix;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.lab.cases.JavaHalf;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestHardware;
import io.pinaudit.lab.guest.GuestResult;
import io.pinaudit.lab.guest.GuestSpec;
import io.pinaudit.lab.guest.Pmem;
import io.pinaudit.lab.host.DaxFileSystem;
import io.pinaudit.lab.host.HostCommand;
import io.pinaudit.lab.host.HostPackages;
import io.pinaudit.lab.host.Kernel;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The truth table on one kernel: compiles the C half, boots one guest and records all cases in it,
 * once for each recorder.
 *
 * @param cases the cases, in the order of the table
 * @param kernel to boot
 * @param recorders to record with, one after the other
 * @param schedule when pins are dropped
 * @param directory a folder of this machine that receives everything
 */
public record Matrix(
    List<MatrixCase> cases,
    Kernel kernel,
    List<String> recorders,
    Schedule schedule,
    Path directory) {
  /** When a case drops a pin that it holds beyond the free. */
  public enum Schedule {
    /** When what the free did has been looked at, or when it has waited long enough. */
    SOON,
    /** Always after the time that is long enough: then all kernels have the same to wait for. */
    FIXED
  }

  /** The names of all recorders. */
  public static final List<String> RECORDERS = List.of("tracefs", "bpftrace");

  /** The names of the recorders when they record hazards alone. */
  public static final List<String> OF_HAZARDS = List.of("hazards-tracefs", "hazards-bpftrace");

  private static final Duration TIMEOUT = Duration.ofMinutes(25);

  /** Returns the file with the cases of an installation. */
  public static Path table(Installation installation) {
    return files(installation).resolve("cases");
  }

  private static Path files(Installation installation) {
    return installation.home().resolve("lab/matrix.d");
  }

  /** Runs the guest and reads what was recorded. */
  public MatrixTable record(Console console) throws IOException, InterruptedException {
    return record(console, null);
  }

  /**
   * Runs the guest, with a guard in the JVM of the Java half, and reads what was recorded.
   *
   * @param guard the value of the agent's option; null for none
   */
  public MatrixTable record(Console console, String guard)
      throws IOException, InterruptedException {
    new HostPackages(console).require(List.of("cc", "bpftrace", DaxFileSystem.XFS.mkfs()));
    Installation installation = Installation.current();
    Path chosen = directory.resolve("cases");
    Files.write(chosen, cases.stream().map(MatrixCase::line).toList());
    GuestSpec spec =
        GuestSpec.inDirectory(directory)
            .withKernel(kernel)
            .withHardware(GuestHardware.DEFAULT.withPmem(Pmem.FOUR_RAW))
            .withTimeout(TIMEOUT);
    Guest guest = Guest.prepare(spec, console);
    console.note("running " + cases.size() + " cases on Linux " + guest.kernelRelease());
    GuestResult result =
        guest.run(
            guarded(command(installation, chosen, compiled(installation)), guard),
            console.err(),
            console.err());
    if (result.exitStatus() != 0) {
      throw new IOException(
          "the matrix ended with status " + result.exitStatus() + "; see " + directory);
    }
    List<String> shown = RECORDERS.containsAll(recorders) ? RECORDERS : recorders;
    List<MatrixRun> runs = new ArrayList<>();
    for (String recorder : shown) {
      runs.add(MatrixRun.read(directory, recorder));
    }
    return new MatrixTable(guest.kernelRelease(), cases, runs, shown);
  }

  private static GuestCommand guarded(GuestCommand command, String guard) {
    return guard == null ? command : command.withEnvironment("PINAUDIT_GUARD", guard);
  }

  private GuestCommand command(Installation installation, Path chosen, Path program) {
    List<String> words = new ArrayList<>();
    words.add(files(installation).resolve("guest").toString());
    words.add(chosen.toString());
    words.addAll(recorders);
    GuestCommand command =
        schedule == Schedule.FIXED
            ? GuestCommand.asHere(words).withEnvironment("MATRIX_SCHEDULE", "fixed")
            : GuestCommand.asHere(words);
    return command
        .withEnvironment("PINAUDIT", installation.launcher().toString())
        .withEnvironment("JAVA", Installation.jdkTool("java").toString())
        .withEnvironment("CASES", classPath(installation))
        .withEnvironment("MATRIX_C", program.toString());
  }

  /** Returns the class path of the Java half: this module, and what it uses of the samples. */
  static String classPath(Installation installation) {
    try {
      Path lab =
          Path.of(JavaHalf.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      return lab + File.pathSeparator + installation.samplesJar();
    } catch (URISyntaxException e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Compiles the C half on this machine and returns the program; the guest has the same libraries.
   */
  private Path compiled(Installation installation) throws IOException, InterruptedException {
    Path program = directory.resolve("matrix-c");
    List<String> words =
        new ArrayList<>(List.of("cc", "-O1", "-pthread", "-o", program.toString()));
    try (Stream<Path> files = Files.list(files(installation))) {
      files
          .filter(file -> file.toString().endsWith(".c"))
          .sorted()
          .forEach(file -> words.add(file.toString()));
    }
    HostCommand.output(directory, words.toArray(String[]::new));
    return program;
  }
}
