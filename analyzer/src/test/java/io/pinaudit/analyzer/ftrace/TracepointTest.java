package io.pinaudit.analyzer.ftrace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The tracepoints that are recorded, and those that are understood. */
class TracepointTest {
  private static final Path PROBES =
      Path.of("../native-helpers/src/main/resources/io/pinaudit/probe");

  private static Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Otherwise each of its events would be a stranger, and the run partial. */
  @Test
  void isKnownIfTheRecorderHasIt() throws IOException {
    try (Stream<Path> files = Files.list(PROBES)) {
      List<String> recorded =
          files
              .filter(file -> file.toString().endsWith(".probes"))
              .flatMap(TracepointTest::lines)
              .filter(line -> line.startsWith("event "))
              .map(line -> line.split("[/ ]")[2])
              .filter(name -> !name.startsWith("sys_"))
              .toList();
      assertFalse(recorded.isEmpty());
      recorded.forEach(name -> assertNotNull(Tracepoint.named(name), name));
    }
  }

  @Test
  void hasTheKernelsName() {
    assertEquals(Tracepoint.EXT4_FREE_BLOCKS, Tracepoint.named("ext4_free_blocks"));
    assertNull(Tracepoint.named("EXT4_FREE_BLOCKS"));
    assertNull(Tracepoint.named("ext4_free_block"));
  }
}
