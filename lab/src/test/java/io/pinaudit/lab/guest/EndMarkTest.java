package io.pinaudit.lab.guest;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

class EndMarkTest {
  private static final EndMark MARK = EndMark.of("<end>");

  @Test
  void passesAllBeforeTheMark() throws IOException {
    assertEquals("bytes", copied("bytes<end>", 100));
    assertEquals("", copied("<end>", 100));
  }

  @Test
  void findsTheMarkHoweverItArrives() throws IOException {
    for (int chunk = 1; chunk < 12; chunk++) {
      assertEquals("a<en<e<end b", copied("a<en<e<end b<end>", chunk));
    }
  }

  @Test
  void passesWhatOnlyLooksLikeTheMark() throws IOException {
    for (int chunk = 1; chunk < 12; chunk++) {
      assertEquals("<end<", copied("<end<<end>", chunk));
    }
  }

  @Test
  void passesEverythingWhenTheStreamBreaksOff() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertFalse(MARK.copy(chunked("half<en", 3), out));
    assertEquals("half<en", out.toString(ISO_8859_1));
  }

  @Test
  void leavesEveryByteValueAlone() throws IOException {
    StringBuilder all = new StringBuilder();
    for (char value = 0; value < 256; value++) {
      all.append(value);
    }
    assertEquals(all.toString(), copied(all + "<end>", 7));
  }

  @Test
  void isAnotherForEachGuest() {
    assertNotEquals(EndMark.random().text(), EndMark.random().text());
  }

  private static String copied(String stream, int chunk) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    assertTrue(MARK.copy(chunked(stream, chunk), out));
    return out.toString(ISO_8859_1);
  }

  /** A stream that never gives more than that many bytes at once. */
  private static InputStream chunked(String text, int chunk) {
    return new ByteArrayInputStream(text.getBytes(ISO_8859_1)) {
      @Override
      public synchronized int read(byte[] buffer, int offset, int length) {
        return super.read(buffer, offset, Math.min(chunk, length));
      }
    };
  }
}
