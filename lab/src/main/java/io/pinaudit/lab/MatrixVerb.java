package io.pinaudit.lab;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.Installation;
import io.pinaudit.cli.UsageException;
import io.pinaudit.cli.Verb;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.host.Kernel;
import io.pinaudit.lab.matrix.CachedMatrix;
import io.pinaudit.lab.matrix.ForetoldTable;
import io.pinaudit.lab.matrix.GuardedTable;
import io.pinaudit.lab.matrix.Matrix;
import io.pinaudit.lab.matrix.MatrixCase;
import io.pinaudit.lab.matrix.MatrixTable;
import io.pinaudit.lab.matrix.RdmaMatrix;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * The verb {@code matrix}: compares what pinaudit reports with the truth table, on one kernel or
 * several. Exits with 1 on any miss or false alarm.
 */
public final class MatrixVerb implements Verb {
  /** Makes the verb; the service loader calls this. */
  public MatrixVerb() {}

  @Override
  public String name() {
    return "matrix";
  }

  @Override
  public String arguments() {
    return "";
  }

  @Override
  public String summary() {
    return "run the truth table in the DAX guest and judge what pinaudit says";
  }

  @Override
  public Options options() {
    return new Options()
        .addOption(option("kernel", "KERNEL", "default, 5.10, 6.1, 6.12, 7, several, or all"))
        .addOption(
            option(
                "recorder",
                "NAME",
                "only tracefs, or only bpftrace; hazards: both with hazards alone"))
        .addOption(option("fs", "TYPE", "only cases on ext4-dax, xfs-dax, ext4, xfs, tmpfs …"))
        .addOption(option("guard", "MODE", "Java's cases, guarded: 0 foreign bytes, no hang"))
        .addOption(option("case", "GLOB", "only cases of such names, as in 'java/*/vmsplice/*'"))
        .addOption(
            Option.builder("o")
                .longOpt("output")
                .hasArg()
                .argName("DIR")
                .desc("keep what was recorded there")
                .get())
        .addOption(
            Option.builder()
                .longOpt("cached")
                .desc("the page-cache half: on this machine, or in the guest of --kernel")
                .get())
        .addOption(
            Option.builder().longOpt("rdma").desc("the RDMA cases, in the guest of --kernel").get())
        .addOption(Option.builder().longOpt("keep").desc("keep what was recorded").get())
        .addOption(
            Option.builder()
                .longOpt("what-if")
                .desc("from each kernel's run, tell what the others do, and compare")
                .get())
        .addOption(
            option(
                "recorded", "DIR", "with --what-if: compare what -o DIR has kept, record nothing"))
        .addOption(Option.builder().longOpt("markdown").desc("print Markdown tables").get());
  }

  private static Option option(String name, String argument, String description) {
    return Option.builder().longOpt(name).hasArg().argName(argument).desc(description).get();
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException, InterruptedException {
    if (line.hasOption("cached")) {
      return runCached(line, console);
    }
    if (line.hasOption("rdma")) {
      return runRdma(line, console);
    }
    if (line.hasOption("guard")) {
      return runGuarded(line, console);
    }
    boolean whatIf = line.hasOption("what-if");
    List<MatrixCase> cases = chosen(line, Matrix.table(Installation.current()));
    List<MatrixCase> all = whatIf ? withTwins(cases) : cases;
    Matrix.Schedule schedule = whatIf ? Matrix.Schedule.FIXED : Matrix.Schedule.SOON;
    List<Kernel> kernels = kernels(line.getOptionValue("kernel", Kernel.DEFAULT.label()));
    if (line.hasOption("recorded")) {
      return whatIf(cases, Path.of(line.getOptionValue("recorded")), kernels, console);
    }
    Path parent = parent(line);
    List<String> recorders = recorders(line.getOptionValue("recorder"));
    List<MatrixTable> tables = new ArrayList<>();
    for (Kernel kernel : kernels) {
      Path directory = RunDirectory.named(parent.resolve(kernel.label()).toString());
      MatrixTable table =
          new Matrix(all, kernel, recorders, schedule, directory).record(console).of(cases);
      table.print(console.out(), line.hasOption("markdown"));
      tables.add(table);
    }
    if (tables.size() > 1) {
      MatrixTable.printMap(tables, console.out());
    }
    int foretold = whatIf ? whatIf(cases, parent, kernels, console) : ExitStatus.CLEAN;
    boolean right = foretold == ExitStatus.CLEAN && tables.stream().allMatch(MatrixTable::isRight);
    return end(right, parent, line, console);
  }

  private static List<String> recorders(String name) {
    if (name == null) {
      return Matrix.RECORDERS;
    }
    if (name.equals("hazards")) {
      return Matrix.OF_HAZARDS;
    }
    if (!Matrix.RECORDERS.contains(name) && !Matrix.OF_HAZARDS.contains(name)) {
      throw new UsageException("matrix: --recorder '" + name + "': tracefs, bpftrace or hazards");
    }
    return List.of(name);
  }

  private static int end(boolean right, Path parent, CommandLine line, Console console)
      throws IOException {
    if (right && !line.hasOption("keep") && !line.hasOption("output")) {
      FileTree.delete(parent);
    } else {
      console.note("recorded in " + parent);
    }
    return right ? ExitStatus.CLEAN : ExitStatus.FINDINGS;
  }

  private static int runCached(CommandLine line, Console console)
      throws IOException, InterruptedException {
    List<MatrixCase> cases = chosen(line, CachedMatrix.table(Installation.current()));
    Path parent = parent(line);
    boolean right = true;
    for (String label : line.getOptionValue("kernel", "").split(",")) {
      Path directory = RunDirectory.named(parent.resolve(label).toString());
      List<CachedMatrix.Recorded> recorded =
          label.isEmpty()
              ? new CachedMatrix(cases, CachedMatrix.HERE, directory).record(console)
              : new CachedMatrix(cases, CachedMatrix.IN_GUEST, directory)
                  .recordIn(Kernel.named(label), console);
      for (CachedMatrix.Recorded one : recorded) {
        one.table().print(console.out(), line.hasOption("markdown"));
        one.complaints().forEach(console.out()::println);
        right &= one.isRight();
      }
    }
    return end(right, parent, line, console);
  }

  /** Runs the cases that the agent sees, with its guard. */
  private static int runGuarded(CommandLine line, Console console)
      throws IOException, InterruptedException {
    List<MatrixCase> cases =
        chosen(line, Matrix.table(Installation.current())).stream()
            .filter(one -> one.name().startsWith("java/"))
            .toList();
    Path parent = parent(line);
    boolean right = true;
    for (Kernel kernel : kernels(line.getOptionValue("kernel", Kernel.DEFAULT.label()))) {
      Path directory = RunDirectory.named(parent.resolve(kernel.label()).toString());
      Matrix matrix =
          new Matrix(cases, kernel, List.of("tracefs"), Matrix.Schedule.SOON, directory);
      GuardedTable table = GuardedTable.of(matrix.record(console, line.getOptionValue("guard")));
      table.print(console.out());
      right &= table.isRight();
    }
    return end(right, parent, line, console);
  }

  private static int runRdma(CommandLine line, Console console)
      throws IOException, InterruptedException {
    List<MatrixCase> cases = MatrixCase.read(RdmaMatrix.table(Installation.current()));
    Path parent = parent(line);
    boolean right = true;
    for (Kernel kernel : kernels(line.getOptionValue("kernel", Kernel.DEFAULT.label()))) {
      Path directory = RunDirectory.named(parent.resolve(kernel.label()).toString());
      for (MatrixTable table : new RdmaMatrix(cases, kernel, directory).record(console)) {
        table.print(console.out(), line.hasOption("markdown"));
        right &= table.isRight();
      }
    }
    return end(right, parent, line, console);
  }

  private static List<MatrixCase> chosen(CommandLine line, Path table) throws IOException {
    String fileSystem = line.getOptionValue("fs");
    String glob = line.getOptionValue("case", "*");
    List<MatrixCase> chosen =
        MatrixCase.read(table).stream()
            .filter(one -> fileSystem == null || one.fileSystem().equals(fileSystem))
            .filter(one -> one.matches(glob))
            .toList();
    if (chosen.isEmpty()) {
      throw new UsageException("matrix: no such case");
    }
    return chosen;
  }

  /** Compares what each kernel's run says of the others with what was true there. */
  private static int whatIf(
      List<MatrixCase> cases, Path parent, List<Kernel> kernels, Console console)
      throws IOException {
    List<Path> directories = kernels.stream().map(one -> parent.resolve(one.label())).toList();
    return ForetoldTable.read(cases, directories).print(console.out())
        ? ExitStatus.CLEAN
        : ExitStatus.FINDINGS;
  }

  /** Adds to Java's cases on DAX the same cases without DAX. */
  private static List<MatrixCase> withTwins(List<MatrixCase> cases) {
    Set<String> names = cases.stream().map(MatrixCase::name).collect(Collectors.toSet());
    return Stream.concat(
            cases.stream()
                .map(MatrixCase::withoutDax)
                .flatMap(Optional::stream)
                .filter(twin -> names.add(twin.name())),
            cases.stream())
        .toList();
  }

  private static List<Kernel> kernels(String labels) {
    if (labels.equals("all")) {
      return Arrays.stream(Kernel.values()).filter(kernel -> kernel != Kernel.DEFAULT).toList();
    }
    List<Kernel> kernels = new ArrayList<>();
    for (String label : labels.split(",")) {
      kernels.add(Kernel.named(label));
    }
    return kernels;
  }

  private static Path parent(CommandLine line) throws IOException {
    return line.hasOption("output")
        ? RunDirectory.named(line.getOptionValue("output"))
        : RunDirectory.fresh(
            Path.of("").toAbsolutePath(), LocalDateTime.now(ZoneId.systemDefault()));
  }
}
