package io.pinaudit.linux.event;

import static org.junit.jupiter.api.Assertions.assertFalse;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Any bytes are the format of an event, or no format: nothing else is thrown. */
class EventFormatFuzzTest {
  @FuzzTest(maxDuration = "10m")
  void eventFormat(byte[] bytes) {
    try {
      EventFormat format = EventFormat.parse(new String(bytes, StandardCharsets.ISO_8859_1));
      assertFalse(format.id() < 0);
    } catch (IllegalArgumentException e) {
      assertFalse(e.getMessage().isEmpty());
    }
  }
}
