package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.host.Kernel;
import io.pinaudit.lab.matrix.CachedMatrix;
import io.pinaudit.lab.matrix.MatrixCase;
import io.pinaudit.lab.matrix.MatrixRun;
import io.pinaudit.lab.matrix.MatrixTable;
import io.pinaudit.lab.matrix.RdmaMatrix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Holds pinaudit against the page-cache half of the truth table and the RDMA cases, in the guest.
 */
@Tag("full")
class CachedMatrixGuestIT {
  @BeforeAll
  static void needsAMachine() throws Exception {
    GuestMachine.assumeUsable();
  }

  private static Path directory(String name) throws Exception {
    Path directory = Path.of("target/guest-tests/" + name).toAbsolutePath();
    FileTree.delete(Files.createDirectories(directory));
    return Files.createDirectories(directory);
  }

  private static Console console() {
    return new Console(System.out, System.err, false);
  }

  @Test
  void isRight() throws Exception {
    List<MatrixCase> cases = MatrixCase.read(CachedMatrix.table(Installation.current()));
    CachedMatrix matrix =
        new CachedMatrix(cases, CachedMatrix.IN_GUEST, directory("cached-matrix"));
    for (CachedMatrix.Recorded group : matrix.recordIn(Kernel.DEFAULT, console())) {
      check(group.table());
      assertEquals(List.of(), group.complaints());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"6.1", "6.12", "7"})
  void isRightAboutRdma(String kernel) throws Exception {
    List<MatrixCase> cases = MatrixCase.read(RdmaMatrix.table(Installation.current()));
    Path directory = directory("rdma-" + kernel);
    for (MatrixTable table :
        new RdmaMatrix(cases, Kernel.named(kernel), directory).record(console())) {
      check(table);
    }
  }

  private static void check(MatrixTable table) {
    table.print(System.out, false);
    for (MatrixRun run : table.recorded()) {
      assertEquals(
          List.of(), table.cases().stream().filter(one -> run.outcome(one).isWrong()).toList());
      assertEquals(List.of(), run.strays());
    }
    assertTrue(table.isRight());
  }
}
