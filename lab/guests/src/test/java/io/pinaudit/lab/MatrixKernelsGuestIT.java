package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.host.Kernel;
import io.pinaudit.lab.matrix.Matrix;
import io.pinaudit.lab.matrix.MatrixCase;
import io.pinaudit.lab.matrix.MatrixRun;
import io.pinaudit.lab.matrix.MatrixTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Holds pinaudit against the truth table on the kernels that are not the default one; {@code
 * -Dpinaudit.kernels=7,5.10} names some of them.
 */
@Tag("full")
class MatrixKernelsGuestIT {
  private static final String KERNELS = System.getProperty("pinaudit.kernels", "7,6.12,5.10");

  private static List<MatrixCase> cases;

  @BeforeAll
  static void read() throws Exception {
    GuestMachine.assumeUsable();
    cases = MatrixCase.read(Matrix.table(Installation.current()));
  }

  static Stream<Kernel> kernels() {
    return Stream.of(KERNELS.split(",")).map(Kernel::named);
  }

  @ParameterizedTest
  @MethodSource("kernels")
  void isRight(Kernel kernel) throws Exception {
    Path directory = Path.of("target/guest-tests/matrix-" + kernel.label()).toAbsolutePath();
    FileTree.delete(Files.createDirectories(directory));
    Files.createDirectories(directory);
    MatrixTable table =
        new Matrix(cases, kernel, Matrix.RECORDERS, Matrix.Schedule.SOON, directory)
            .record(new Console(System.out, System.err, false));
    table.print(System.out, false);
    for (MatrixRun run : table.recorded()) {
      List<MatrixCase> wrong = cases.stream().filter(one -> run.outcome(one).isWrong()).toList();
      assertEquals(List.of(), wrong, run.recorder());
      assertEquals(List.of(), run.strays(), run.recorder());
    }
    assertTrue(table.isRight());
  }
}
