package io.pinaudit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class TracerOptionsTest {
  @Test
  void takesASmallPartOfTheMemoryForBuffers() {
    assertEquals(1024, TracerOptions.bufferKilobytes(128 << 10, 2));
    assertEquals(16 << 10, TracerOptions.bufferKilobytes(2 << 20, 2));
    assertEquals(32 << 10, TracerOptions.bufferKilobytes(256 << 20, 64));
  }
}
