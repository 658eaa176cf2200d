package io.pinaudit.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class TracerOptionsTest {
  private static BlockDevice device(String name, long startBytes, long sizeBytes) {
    return new BlockDevice(
        name,
        new DeviceNumber(259, 0),
        startBytes < 0 ? BlockDevice.Kind.OTHER : BlockDevice.Kind.PMEM_RAW,
        startBytes,
        sizeBytes,
        null);
  }

  @Test
  void tellsDisksFromTheirParts() throws IOException {
    TracerOptions options =
        TracerOptions.usual(
            Path.of("run"),
            List.of(
                device("dm-0", 100, 300),
                device("pmem0p1", 100, 300),
                device("pmem0", 100, 900),
                device("pmem0p2", 400, 600),
                device("pmem1", 2000, 10),
                device("vda", -1, 5000)));
    assertEquals(
        List.of("pmem0", "pmem1"),
        options.largestJoinable().stream().map(BlockDevice::name).toList());
  }

  @Test
  void takesASmallPartOfTheMemoryForBuffers() {
    assertEquals(1024, TracerOptions.bufferKilobytes(128 << 10, 2));
    assertEquals(16 << 10, TracerOptions.bufferKilobytes(2 << 20, 2));
    assertEquals(32 << 10, TracerOptions.bufferKilobytes(256 << 20, 64));
  }
}
