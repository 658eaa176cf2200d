package io.pinaudit.lab.matrix;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestHardware;
import io.pinaudit.lab.guest.GuestSpec;
import io.pinaudit.lab.guest.Pmem;
import io.pinaudit.lab.host.DaxFileSystem;
import io.pinaudit.lab.host.HostCommand;
import io.pinaudit.lab.host.HostPackages;
import io.pinaudit.lab.host.Kernel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The RDMA cases of the truth table on one kernel: soft RoCE in the guest, with memory of files
 * registered by C and by Java.
 *
 * @param cases the cases, in the order of the table
 * @param kernel to boot
 * @param directory a folder of this machine that receives everything
 */
public record RdmaMatrix(List<MatrixCase> cases, Kernel kernel, Path directory) {
  private static final String HEADER = "/usr/include/infiniband/verbs.h";
  private static final String DRIVER = "/etc/libibverbs.d/rxe.driver";
  private static final List<String> PROGRAMS = List.of("c", "java");

  /** Returns the file with the cases of an installation. */
  public static Path table(Installation installation) {
    return files(installation).resolve("cases");
  }

  private static Path files(Installation installation) {
    return installation.home().resolve("lab/matrix.d/rdma");
  }

  /** Runs the guest; returns a table for each program. */
  public List<MatrixTable> record(Console console) throws IOException, InterruptedException {
    new HostPackages(console)
        .require(List.of("cc", "rdma", HEADER, DRIVER, DaxFileSystem.XFS.mkfs()));
    Installation installation = Installation.current();
    Path program = directory.resolve("rdma-c");
    Path library = directory.resolve("link.so");
    String link = files(installation).resolve("link.c").toString();
    String main = files(installation).resolve("main.c").toString();
    compile("-o", program.toString(), main, link, "-libverbs");
    compile("-shared", "-fPIC", "-o", library.toString(), link, "-libverbs");
    GuestCommand command =
        GuestCommand.asHere(List.of(files(installation).resolve("guest").toString()))
            .withEnvironment("PINAUDIT", installation.launcher().toString())
            .withEnvironment("JAVA", Installation.jdkTool("java").toString())
            .withEnvironment("CASES", Matrix.classPath(installation))
            .withEnvironment("RDMA_C", program.toString())
            .withEnvironment("RDMA_LINK", library.toString());
    GuestSpec spec =
        GuestSpec.inDirectory(directory)
            .withKernel(kernel)
            .withHardware(GuestHardware.DEFAULT.withPmem(Pmem.FOUR_RAW));
    Guest guest = Guest.prepare(spec, console);
    console.note("running " + cases.size() + " RDMA cases on Linux " + guest.kernelRelease());
    int status = guest.run(command, console.err(), console.err()).exitStatus();
    if (status != 0) {
      throw new IOException("the RDMA cases ended with status " + status + "; see " + directory);
    }
    return read(guest.kernelRelease());
  }

  private void compile(String... words) throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of("cc", "-O1"));
    all.addAll(List.of(words));
    HostCommand.output(directory, all.toArray(String[]::new));
  }

  private List<MatrixTable> read(String release) throws IOException {
    List<MatrixTable> tables = new ArrayList<>();
    for (String program : PROGRAMS) {
      MatrixRun run = MatrixRun.readRdma(directory, program, program.equals("java"));
      List<MatrixRun> runs = new ArrayList<>();
      runs.add(run);
      List<MatrixCase> own =
          cases.stream().filter(one -> one.name().startsWith(program + "/")).toList();
      tables.add(new MatrixTable(release, own, runs, List.of("tracefs")));
    }
    return tables;
  }
}
