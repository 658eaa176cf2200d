package io.pinaudit.lab.matrix;

import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestSpec;
import io.pinaudit.lab.host.HostCommand;
import io.pinaudit.lab.host.HostPackages;
import io.pinaudit.lab.host.Kernel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The page-cache half of the truth table, on this machine or in the guest: compiles the native half
 * of its program, records all cases, and reads what was recorded.
 *
 * <p>On this machine it needs root, for file systems that only the cases see, and leaves nothing of
 * them behind.
 *
 * @param cases the cases, in the order of the table
 * @param recorders to record with, one after the other
 * @param directory a folder of this machine that receives everything
 */
public record CachedMatrix(List<MatrixCase> cases, List<String> recorders, Path directory) {
  /** The recorders of this machine: the agent alone, and the kernel's side as well. */
  public static final List<String> HERE = List.of("agent", "tracefs");

  /**
   * The recorder of the guest, where the agent alone would leave rules about DAX without answer.
   */
  public static final List<String> IN_GUEST = List.of("tracefs");

  /** Cases that are recorded together, since a recording has one verdict. */
  public enum Group {
    /** Something is wrong in each case. */
    CUT(Completeness.COMPLETE),
    /** Nothing is wrong in any case: the report has to say so, and that it saw everything. */
    CLEAR(Completeness.COMPLETE),
    /** Accesses fail and nobody is to blame: the report has to say that it does not know why. */
    SPARSE(Completeness.PARTIAL);

    private final Completeness completeness;

    Group(Completeness completeness) {
      this.completeness = completeness;
    }

    static Group of(MatrixCase one) {
      return switch (one.construction()) {
        case PINNED, SPARED, CACHED, CUT, LENT, REGISTERED -> CUT;
        case CLEAR -> CLEAR;
        case SPARSE -> SPARSE;
      };
    }

    private String label() {
      return name().toLowerCase(Locale.ROOT);
    }

    /** Returns why a recording's verdict is not what this group's has to be, one line each. */
    List<String> complaints(MatrixRun run) {
      return run.verdict().completeness() == completeness
          ? List.of()
          : List.of(
              "%s: %s, expected %s: %s"
                  .formatted(
                      run.recorder(),
                      run.verdict().completeness(),
                      completeness,
                      String.join("; ", run.verdict().reasons())));
    }
  }

  /**
   * What was recorded of a group.
   *
   * @param group which
   * @param table its cases, and what each recorder saw of them
   */
  public record Recorded(Group group, MatrixTable table) {
    /** Returns whether each case is judged rightly, and the verdict is right as well. */
    public boolean isRight() {
      return table.isRight() && complaints().isEmpty();
    }

    /** Returns what is wrong with the verdicts, one line each. */
    public List<String> complaints() {
      return table.recorded().stream().flatMap(run -> group.complaints(run).stream()).toList();
    }
  }

  /** Returns the file with the cases of an installation. */
  public static Path table(Installation installation) {
    return files(installation).resolve("cases");
  }

  private static Path files(Installation installation) {
    return installation.home().resolve("lab/matrix.d/cached");
  }

  /** Records on this machine. */
  public List<Recorded> record(Console console) throws IOException, InterruptedException {
    Map<String, String> environment = prepare(console);
    console.note("running " + cases.size() + " cases on this machine");
    HostCommand.run(directory, environment, words());
    return read(System.getProperty("os.version"));
  }

  /** Records in the guest. */
  public List<Recorded> recordIn(Kernel kernel, Console console)
      throws IOException, InterruptedException {
    GuestCommand command = GuestCommand.asHere(words());
    for (Map.Entry<String, String> variable : prepare(console).entrySet()) {
      command = command.withEnvironment(variable.getKey(), variable.getValue());
    }
    Guest guest = Guest.prepare(GuestSpec.inDirectory(directory).withKernel(kernel), console);
    console.note("running " + cases.size() + " cases on Linux " + guest.kernelRelease());
    int status = guest.run(command, console.err(), console.err()).exitStatus();
    if (status != 0) {
      throw new IOException("the cases ended with status " + status + "; see " + directory);
    }
    return read(guest.kernelRelease());
  }

  private List<String> words() {
    List<String> words = new ArrayList<>();
    words.add(files(Installation.current()).resolve("run").toString());
    words.add(directory.toString());
    words.addAll(recorders);
    return words;
  }

  /** Writes each group's cases, compiles, and returns the environment of the script. */
  private Map<String, String> prepare(Console console) throws IOException, InterruptedException {
    new HostPackages(console).require(List.of("cc"));
    for (Group group : Group.values()) {
      Files.write(
          directory.resolve(group.label() + ".cases"),
          of(group).stream().map(MatrixCase::line).toList());
    }
    Installation installation = Installation.current();
    Path library = directory.resolve("native.so");
    String source = files(installation).resolve("native.c").toString();
    HostCommand.output(
        directory,
        List.of("cc", "-O1", "-shared", "-fPIC", "-o", library.toString(), source)
            .toArray(String[]::new));
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("PINAUDIT", installation.launcher().toString());
    environment.put("JAVA", Installation.jdkTool("java").toString());
    environment.put("CASES", Matrix.classPath(installation));
    environment.put("LIBRARY", library.toString());
    return environment;
  }

  private List<MatrixCase> of(Group group) {
    return cases.stream().filter(one -> Group.of(one) == group).toList();
  }

  private List<Recorded> read(String kernel) throws IOException {
    List<Recorded> recorded = new ArrayList<>();
    for (Group group : Group.values()) {
      List<MatrixRun> runs = new ArrayList<>();
      for (String recorder : recorders) {
        runs.add(MatrixRun.readCached(directory, recorder + "-" + group.label()));
      }
      if (!of(group).isEmpty()) {
        recorded.add(new Recorded(group, new MatrixTable(kernel, of(group), runs, recorders)));
      }
    }
    return recorded;
  }
}
