package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.matrix.CachedMatrix;
import io.pinaudit.lab.matrix.MatrixCase;
import io.pinaudit.lab.matrix.MatrixRun;
import io.pinaudit.linux.Posix;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds pinaudit against the truth table's page-cache half, on this machine's own kernel. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CachedMatrixIT {
  private List<CachedMatrix.Recorded> recorded;

  @BeforeAll
  void recordAll() throws Exception {
    assumeTrue(Posix.isRoot(), "skipped: only root can make the file systems of the cases");
    Path directory = Path.of("target/host-tests/cached-matrix").toAbsolutePath();
    FileTree.delete(Files.createDirectories(directory));
    Files.createDirectories(directory);
    List<MatrixCase> cases = MatrixCase.read(CachedMatrix.table(Installation.current()));
    recorded =
        new CachedMatrix(cases, CachedMatrix.HERE, directory)
            .record(new Console(System.out, System.err, false));
  }

  /** A case, as one recorder saw it. */
  record Seen(MatrixRun run, MatrixCase one) {
    @Override
    public String toString() {
      return run.recorder() + ": " + one;
    }
  }

  Stream<Seen> cases() {
    List<Seen> seen = new ArrayList<>();
    for (CachedMatrix.Recorded group : recorded) {
      for (MatrixRun run : group.table().recorded()) {
        group.table().cases().forEach(one -> seen.add(new Seen(run, one)));
      }
    }
    return seen.stream();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("cases")
  void isJudgedRightly(Seen seen) {
    assertFalse(
        seen.run().outcome(seen.one()).isWrong(),
        () -> seen.run().truth(seen.one()) + ", reported " + seen.run().reported(seen.one()));
  }

  @Test
  void reportsNothingBetweenTheCases() {
    for (CachedMatrix.Recorded group : recorded) {
      group.table().recorded().forEach(run -> assertEquals(List.of(), run.strays()));
    }
  }

  /** What is clean is told to be clean, and what is not known is told as that. */
  @Test
  void saysHowMuchWasSeen() {
    for (CachedMatrix.Recorded group : recorded) {
      assertEquals(List.of(), group.complaints());
    }
  }
}
