package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.Installation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a recorded run to a plan to a proof, by the packaged program. */
class ConfirmIT {
  private static final Path PROGRAMS =
      Path.of(System.getProperty("pinaudit.home"), "lab/host/src/test/programs");
  private static final int FINDINGS = 1;

  @TempDir private Path folder;

  @BeforeEach
  void compile() {
    int status =
        ToolProvider.getSystemJavaCompiler()
            .run(
                null,
                null,
                null,
                "-nowarn",
                "-d",
                folder.resolve("classes").toString(),
                PROGRAMS.resolve("MeetTwins.java").toString());
    assertEquals(0, status, "javac");
  }

  /** Runs pinaudit; returns its exit status and what it printed on both streams. */
  private Result pinaudit(String... arguments) throws IOException, InterruptedException {
    List<String> words = new ArrayList<>();
    words.add(Installation.current().launcher().toString());
    words.addAll(List.of(arguments));
    Path out = Files.createTempFile(folder, "out", ".txt");
    Process process =
        new ProcessBuilder(words)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(out.toFile())
            .start();
    assertTrue(process.waitFor(300, TimeUnit.SECONDS), "ended in time");
    return new Result(process.exitValue(), Files.readString(out));
  }

  private record Result(int status, String text) {}

  private String[] withProgram(String twin, String... arguments) {
    List<String> words = new ArrayList<>(List.of(arguments));
    words.add("--");
    words.add(Installation.jdkTool("java").toString());
    words.addAll(List.of("-cp", folder.resolve("classes").toString(), "MeetTwins"));
    words.addAll(List.of(folder.toString(), twin.contains("Racy") ? "Racy" : "Ordered"));
    words.add(twin.replaceAll("Racy|Ordered", ""));
    return words.toArray(String[]::new);
  }

  @Test
  void provesThatNothingOrdersTwoCalls() throws Exception {
    Result recorded = pinaudit(withProgram("joinRacy", "record", "--no-kernel", "-o", "run"));
    assertEquals(0, recorded.status(), recorded.text());
    Result predicted = pinaudit("predict", "run", "-o", "plan.json");
    assertEquals(0, predicted.status(), predicted.text());
    assertTrue(predicted.text().contains("1 pair\n"), predicted.text());
    Result confirmed =
        pinaudit(
            withProgram(
                "joinRacy",
                "confirm",
                "--no-kernel",
                "--rules",
                "UnorderedCut",
                // It ends when they have met; a busy machine keeps threads away for long.
                "--runs",
                "12",
                "-o",
                "confirmed",
                "plan.json"));
    assertEquals(FINDINGS, confirmed.status(), confirmed.text());
    assertTrue(confirmed.text().contains("UnorderedCut [error, met]"), confirmed.text());
    assertTrue(confirmed.text().contains("1 of 1 pairs have met"), confirmed.text());
    Result explained = pinaudit("explain", "confirmed/meet-1", "F1");
    assertEquals(0, explained.status(), explained.text());
  }

  @Test
  void provesNothingOfWhatALatchOrders() throws Exception {
    Result recorded =
        pinaudit(withProgram("latchOrdered", "record", "--no-kernel", "--meet", "2", "-o", "run"));
    assertEquals(0, recorded.status(), recorded.text());
    assertTrue(recorded.text().contains("did not meet in 2 runs"), recorded.text());
    Result gate = pinaudit("gate", "run/meet-1", "run/meet-2", "--rules", "UnorderedCut");
    assertEquals(0, gate.status(), gate.text());
    assertTrue(gate.text().contains("UnorderedCut [error, predicted]"), gate.text());
  }
}
