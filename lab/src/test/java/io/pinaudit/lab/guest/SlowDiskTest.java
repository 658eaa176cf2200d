package io.pinaudit.lab.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlowDiskTest {
  @Test
  void tellsInEveryRecordWhereItIsFrom(@TempDir Path directory) throws IOException {
    Path image = directory.resolve("disk");
    SlowDisk.write(image);
    byte[] bytes = Files.readAllBytes(image);
    assertEquals(SlowDisk.SIZE_BYTES, bytes.length);
    for (int index : new int[] {0, 9, 0xa, 0x1234, 0xfffff}) {
      int at = index * SlowDisk.RECORD_BYTES;
      assertEquals(
          "SLOWDISK%08X".formatted(index),
          new String(Arrays.copyOfRange(bytes, at, at + SlowDisk.RECORD_BYTES), US_ASCII));
    }
  }
}
