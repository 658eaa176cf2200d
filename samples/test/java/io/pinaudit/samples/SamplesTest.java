package io.pinaudit.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.nio.file.ExtendedOpenOption;
import io.pinaudit.allocator.PinPolicy;
import io.pinaudit.linux.Posix;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Each sample in a JVM of its own, on an ordinary file system: it has to run through and to find
 * nothing wrong.
 */
class SamplesTest {
  /** How a sample ended. */
  public record Outcome(int exitStatus, List<String> output, List<String> errors) {}

  @TempDir private Path scratch;

  @ParameterizedTest
  @ValueSource(strings = {"--pages 16", "--pages 1", "--pages 33", "--safe"})
  void keepsTheLentBytesOfADeletedFile(String options) throws Exception {
    Outcome outcome = runIn(directory(), VmspliceThenDelete.class, options.split(" "));
    assertTruth(
        outcome,
        "truth: 0 of \\d+ bytes from the pipe belong to .*/vmsplice-then-delete-\\d+\\.victim");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--pages 16", "--pages 1", "--pages 33", "--safe"})
  void keepsTheLentBytesOfATruncatedFile(String options) throws Exception {
    Outcome outcome = runIn(directory(), TruncateAfterUnmap.class, options.split(" "));
    assertTruth(
        outcome,
        "truth: 0 of \\d+ bytes from the pipe belong to .*/truncate-after-unmap-\\d+\\.victim");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--hold-millis 100", "--safe"})
  void measuresTheTruncate(String options) throws Exception {
    Outcome outcome = runIn(directory(), TruncateWhileMapped.class, options.split(" "));
    assertTruth(outcome, "truth: truncate waited \\d+\\.\\d{3} s for the pin");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--pages 16", "--safe"})
  void leavesTheVictimToItsOwner(String options) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(options.split(" ")));
    arguments.addAll(List.of("--disk", diskFile().toString()));
    Outcome outcome = runIn(directory(), DmaIntoTruncated.class, arguments.toArray(String[]::new));
    assertTruth(
        outcome,
        "truth: 0 bytes of .*/dma-into-truncated-\\d+\\.victim were overwritten by the disk");
  }

  @ParameterizedTest
  @ValueSource(strings = {"copy", "defer", "wait"})
  void fixedTwinsKeepTheBytes(String policy) throws Exception {
    Path directory = directory();
    Path disk = diskFile();
    for (Class<?> twin :
        List.of(
            VmspliceThenDeleteFixed.class,
            TruncateAfterUnmapFixed.class,
            DmaIntoTruncatedFixed.class)) {
      assertTruth(
          runIn(directory, twin, "--policy", policy, "--disk", disk.toString()),
          "truth: (?i:" + policy + "): 0 (of \\d+ )?bytes .*");
    }
  }

  @Test
  void fixedTruncateWaitsInTheProgramOnly() throws Exception {
    Outcome outcome = runIn(directory(), TruncateWhileMappedFixed.class, "--hold-millis", "700");
    assertTruth(outcome, "truth: WAIT: truncate waited [01]\\.\\d{3} s for the pin");
    assertEquals(3, outcome.output().stream().filter(line -> line.startsWith("truth: ")).count());
  }

  @Test
  void refusesAnUnknownPolicy() throws Exception {
    assertFails(
        runIn(directory(), VmspliceThenDeleteFixed.class, "--policy", "hope"),
        "vmsplice-then-delete-fixed: error: --policy hope is not copy, defer or wait");
  }

  @Test
  void printsHowManyBytesWereLent() throws Exception {
    Outcome outcome = runIn(directory(), VmspliceThenDelete.class, "--pages", "7");
    assertTrue(
        outcome.output().getLast().startsWith("truth: 0 of 28672 bytes "), outcome.toString());
  }

  @Test
  void refusesAMissingDirectory() throws Exception {
    assertFails(
        runIn(scratch.resolve("absent"), TruncateAfterUnmap.class),
        "truncate-after-unmap: error: .*NoSuchFileException.*");
  }

  @Test
  void refusesPagesOutOfRange() throws Exception {
    assertFails(
        runIn(directory(), VmspliceThenDelete.class, "--pages", "0"),
        "vmsplice-then-delete: error: --pages 0 is not a number from 1 to 16384");
  }

  @Test
  void refusesAnUnknownOption() throws Exception {
    assertFails(
        runIn(directory(), VmspliceThenDelete.class, "--sane"),
        "vmsplice-then-delete: error: unexpected \"--sane\"; usage: .*");
  }

  @Test
  void refusesADiskThatEndsTooSoon() throws Exception {
    Path disk = diskFile();
    Files.write(disk, new byte[4096]);
    assertFails(
        runIn(directory(), DmaIntoTruncated.class, "--disk", disk.toString()),
        "dma-into-truncated: error: .*IOException: a read from the disk failed: .*");
  }

  private Path directory() throws IOException {
    return Files.createDirectory(scratch.resolve("files"));
  }

  /** Makes an ordinary file in place of the slow disk. */
  private Path diskFile() throws IOException {
    Path disk = Files.write(scratch.resolve("disk"), new byte[1 << 20]);
    assumeTrue(takesDirectIo(disk), "no direct I/O on the file system of " + disk);
    return disk;
  }

  private static boolean takesDirectIo(Path file) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, ExtendedOpenOption.DIRECT)) {
      return channel.isOpen();
    } catch (IOException | UnsupportedOperationException e) {
      return false;
    }
  }

  private void assertTruth(Outcome outcome, String pattern) throws IOException {
    assertEquals(0, outcome.exitStatus(), outcome.toString());
    assertEquals(List.of(), outcome.errors());
    assertTrue(outcome.output().getLast().matches(pattern), outcome.toString());
    try (Stream<Path> left = Files.list(scratch.resolve("files"))) {
      assertEquals(List.of(), left.toList());
    }
  }

  private static void assertFails(Outcome outcome, String pattern) {
    assertEquals(1, outcome.exitStatus(), outcome.toString());
    assertEquals(1, outcome.errors().size(), outcome.toString());
    assertTrue(outcome.errors().getFirst().matches(pattern), outcome.toString());
  }

  private static String classPath(Class<?>... classes) throws Exception {
    List<String> places = new ArrayList<>();
    for (Class<?> each : classes) {
      places.add(
          Path.of(each.getProtectionDomain().getCodeSource().getLocation().toURI()).toString());
    }
    return String.join(File.pathSeparator, places);
  }

  private Outcome runIn(Path directory, Class<?> sample, String... options) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
    command.addAll(List.of("-cp", classPath(sample, PinPolicy.class, Posix.class)));
    command.add(sample.getName());
    command.addAll(List.of(options));
    command.add(directory.toString());
    Path output = scratch.resolve("output");
    Path errors = scratch.resolve("errors");
    Process process =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    return new Outcome(process.waitFor(), Files.readAllLines(output), Files.readAllLines(errors));
  }
}
