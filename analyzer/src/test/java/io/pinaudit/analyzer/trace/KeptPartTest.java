package io.pinaudit.analyzer.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.pinaudit.run.KeptPart;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeptPartTest {
  @TempDir private Path folder;

  private Path file(int hole, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
    byte[] all = new byte[hole + bytes.length];
    System.arraycopy(bytes, 0, all, hole, bytes.length);
    return Files.write(folder.resolve("text"), all);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 'a|b|', 0",
    "1, 'a|b|', 3",
    "4096, 'a|b|', 4098",
    "4097, '|b|', 4098",
    "70000, 'no end', 70006",
    "5, '', 5",
    "0, '', 0",
  })
  void beginsBehindTheHoleAndTheRestOfALine(int hole, String text, long begin) throws IOException {
    try (FileChannel channel = FileChannel.open(file(hole, text.replace('|', '\n')))) {
      assertEquals(begin, KeptPart.begin(channel));
    }
  }

  @Test
  void isWhatATextFileReads() throws IOException {
    try (TextFile text = new TextFile(file(100_000, "half\nwhole\n"))) {
      assertEquals("whole", text.next());
      assertEquals(1, text.source().line());
      assertNull(text.next());
    }
  }
}
