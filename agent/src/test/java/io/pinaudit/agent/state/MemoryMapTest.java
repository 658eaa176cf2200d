package io.pinaudit.agent.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class MemoryMapTest {
  @Test
  void readsASharedMappingOfAFile() {
    Mapping mapping =
        MemoryMap.parse(
            "7f1fa9c00000-7f1fa9de9000 rw-s 00001000 fe:101 4711     /no/such/a file (deleted)");
    assertEquals(0x7f1fa9c00000L, mapping.address());
    assertEquals(0x1e9000, mapping.lengthBytes());
    assertEquals(0x1000, mapping.offsetBytes());
    assertEquals(0xfe, mapping.file().deviceMajor());
    assertEquals(0x101, mapping.file().deviceMinor());
    assertEquals(4711, mapping.file().inode());
    assertEquals("/no/such/a file", mapping.file().path());
  }

  @Test
  void knowsWhetherAnythingIsMappedAtAnAddress() throws IOException {
    String line = Files.readAllLines(Path.of("/proc/self/maps")).get(0);
    long address = Long.parseUnsignedLong(line.substring(0, line.indexOf('-')), 16);
    assertEquals(line.split(" ", 2)[0], MemoryMap.lineAt(address)[0]);
    // No kernel lets a program map its lowest page unless it is told to.
    assertNull(MemoryMap.lineAt(16));
  }

  @Test
  void leavesOutWhatIsPrivateOrNoFile() {
    assertNull(MemoryMap.parse("7f1fa9c00000-7f1fa9de9000 r-xp 00001000 fe:01 4711  /lib/libc.so"));
    assertNull(MemoryMap.parse("7f1fa9c00000-7f1fa9de9000 rw-p 00000000 00:00 0"));
    assertNull(MemoryMap.parse("7ffd8a000000-7ffd8a021000 rw-p 00000000 00:00 0   [stack]"));
    assertNull(
        MemoryMap.parse("7f1fa9c00000-7f1fa9de9000 rw-s 00000000 00:0e 9 anon_inode:[io_uring]"));
  }
}
