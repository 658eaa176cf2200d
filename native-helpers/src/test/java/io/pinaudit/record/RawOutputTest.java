package io.pinaudit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RawOutputTest {
  @Test
  void skipsTheRestOfANameWithALineBreak() {
    assertEquals(
        Map.of(7, "java", 8, "two", 9, "", 10, "with blank \u0085"),
        RawOutput.named(
            List.of("7 java", "8 two", "lines", "", "3", "x 4", "9 ", "10 with blank \u0085")));
  }
}
