package io.pinaudit.analyzer.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import jdk.jfr.Recording;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recordings that this JVM makes: one that is longer than a second, one inside its later half. */
class BegunRecordingsTest {
  private static final int CHUNK_SIZE_AT = 8; // its head: FLR\0, version, size
  @TempDir static Path folder;
  private static Path outer;
  private static Path inner;

  @BeforeAll
  static void record() throws Exception {
    outer = folder.resolve("outer.jfr");
    inner = folder.resolve("inner.jfr");
    try (Recording first = new Recording();
        Recording second = new Recording()) {
      begin(first, outer);
      Thread.sleep(1_500);
      begin(second, inner);
      second.stop();
      first.stop();
    }
  }

  private static void begin(Recording recording, Path file) throws Exception {
    recording.enable("jdk.ActiveRecording");
    recording.setDestination(file);
    recording.start();
  }

  @Test
  void takesTheStartOfTheFilesOwnRecording() {
    assertEquals(List.of(), dropped(outer));
    assertEquals(List.of(), dropped(inner));
  }

  @Test
  void knowsACopyByItsName() throws Exception {
    Path copy = Files.createDirectories(folder.resolve("elsewhere")).resolve("outer.jfr");
    Files.write(copy, withoutFirstChunk(outer));
    assertEquals(1, dropped(copy).size());
  }

  @Test
  void tellsOfAFirstPartThatIsMissing() throws Exception {
    byte[] whole = Files.readAllBytes(outer);
    Files.write(outer, withoutFirstChunk(outer));
    assertEquals(1, dropped(outer).size());
    Files.write(outer, whole);
  }

  private static byte[] withoutFirstChunk(Path file) throws Exception {
    byte[] bytes = Files.readAllBytes(file);
    int size = (int) ByteBuffer.wrap(bytes).getLong(CHUNK_SIZE_AT);
    return Arrays.copyOfRange(bytes, size, bytes.length);
  }

  private static List<String> dropped(Path file) {
    return JfrReader.read(file).problems().stream()
        .filter(problem -> problem.contains("JFR dropped the first"))
        .toList();
  }
}
