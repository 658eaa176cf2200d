package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.host.Kernel;
import io.pinaudit.lab.matrix.Matrix;
import io.pinaudit.lab.matrix.MatrixCase;
import io.pinaudit.lab.matrix.MatrixRun;
import io.pinaudit.lab.matrix.MatrixTable;
import io.pinaudit.run.RunDescriptionReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds pinaudit against the truth table on the default kernel, in one boot of the guest. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MatrixGuestIT {
  private Path directory;
  private List<MatrixCase> cases;
  private MatrixTable table;

  @BeforeAll
  void recordAll() throws Exception {
    GuestMachine.assumeUsable();
    directory = Path.of("target/guest-tests/matrix").toAbsolutePath();
    FileTree.delete(Files.createDirectories(directory));
    Files.createDirectories(directory);
    cases = MatrixCase.read(Matrix.table(Installation.current()));
    table =
        new Matrix(cases, Kernel.DEFAULT, Matrix.RECORDERS, Matrix.Schedule.SOON, directory)
            .record(new Console(System.out, System.err, false));
    table.print(System.out, false);
  }

  Stream<MatrixCase> cases() {
    return cases.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isJudgedRightly(MatrixCase one) {
    for (MatrixRun run : table.recorded()) {
      assertFalse(
          run.outcome(one).isWrong(),
          () -> run.recorder() + ": " + run.truth(one) + ", reported " + run.reported(one));
    }
  }

  @Test
  void reportsNothingBetweenTheCases() {
    for (MatrixRun run : table.recorded()) {
      assertEquals(List.of(), run.strays());
    }
  }

  /** It says so once in a boot. */
  @Test
  void quotesTheKernelsOwnWarning() throws IOException {
    List<String> warnings =
        RunDescriptionReader.read(directory.resolve("tracefs")).kernelWarnings();
    assertTrue(
        warnings.stream().anyMatch(line -> line.contains("dax_disassociate_entry")),
        warnings::toString);
  }

  @Test
  void seesEverythingThroughTracefs() {
    MatrixRun tracefs = table.recorded().getFirst();
    assertEquals("tracefs", tracefs.recorder());
    assertEquals(List.of(), tracefs.verdict().reasons());
  }
}
