package io.pinaudit.agent.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class MappingsTest {
  private static final FileState FILE = new FileState(0xfe00, 4711, 1, 1_999_993, 0100644, "/f");
  private final Mappings mappings = new Mappings();

  private static Mapping mapping(long address, long lengthBytes, long offsetBytes) {
    return new Mapping(address, lengthBytes, offsetBytes, FILE);
  }

  @Test
  void findsTheFileRangeOfABuffer() {
    mappings.add(mapping(0x10000, 0x5000, 0x2000));
    assertEquals(List.of(mapping(0x10123, 77, 0x2123)), mappings.overlapping(0x10123, 77));
  }

  @Test
  void clipsABufferThatJutsOut() {
    mappings.add(mapping(0x10000, 0x1000, 0));
    assertEquals(List.of(mapping(0x10ff0, 0x10, 0xff0)), mappings.overlapping(0x10ff0, 0x100));
    assertEquals(List.of(mapping(0x10000, 0x10, 0)), mappings.overlapping(0xfff0, 0x20));
  }

  @Test
  void findsAllMappingsOfABuffer() {
    mappings.add(mapping(0x10000, 0x1000, 0));
    mappings.add(mapping(0x11000, 0x1000, 0x8000));
    assertEquals(
        List.of(mapping(0x10800, 0x800, 0x800), mapping(0x11000, 0x1000, 0x8000)),
        mappings.overlapping(0x10800, 0x9000));
  }

  @Test
  void findsNothingBesideAMapping() {
    mappings.add(mapping(0x10000, 0x1000, 0));
    assertEquals(List.of(), mappings.overlapping(0x11000, 0x1000));
    assertEquals(List.of(), mappings.overlapping(0xf000, 0x1000));
    assertEquals(List.of(), mappings.overlapping(0x10000, 0));
    assertEquals(List.of(), mappings.overlapping(0x20000, Long.MAX_VALUE));
  }

  @Test
  void keepsWhatIsLeftOfAHole() {
    mappings.add(mapping(0x10000, 0x5000, 0x2000));
    assertEquals(List.of(mapping(0x11000, 0x1000, 0x3000)), mappings.remove(0x11000, 0x1000));
    assertEquals(
        List.of(mapping(0x10000, 0x1000, 0x2000), mapping(0x12000, 0x3000, 0x4000)),
        mappings.overlapping(0x10000, 0x5000));
  }

  @Test
  void knowsWhetherAMappingIsWhole() {
    Mapping whole = mapping(0x10000, 0x5000, 0x2000);
    assertFalse(mappings.has(whole));
    mappings.add(whole);
    assertTrue(mappings.has(whole));
    mappings.remove(0x11000, 0x1000);
    assertFalse(mappings.has(whole), "a part of it is being unmapped");
    assertTrue(mappings.has(mapping(0x12000, 0x3000, 0x4000)));
  }

  @Test
  void removesSeveralMappingsAtOnce() {
    mappings.add(mapping(0x10000, 0x1000, 0));
    mappings.add(mapping(0x12000, 0x1000, 0));
    mappings.remove(0x10000, 0x3000);
    assertTrue(mappings.isEmpty());
  }

  @Test
  void replacesWhatWasMappedThere() {
    mappings.add(mapping(0x10000, 0x3000, 0));
    mappings.add(mapping(0x11000, 0x1000, 0x9000));
    assertEquals(
        List.of(
            mapping(0x10000, 0x1000, 0),
            mapping(0x11000, 0x1000, 0x9000),
            mapping(0x12000, 0x1000, 0x2000)),
        mappings.overlapping(0x10000, 0x3000));
  }

  @Test
  void spreadsTheResultOfAnIoOverItsPieces() {
    BufferPiece second = new BufferPiece(mapping(0x10000, 777, 0), 4096);
    assertEquals(777, second.transferredBytes(9999));
    assertEquals(4, second.transferredBytes(4100));
    assertEquals(0, second.transferredBytes(333));
    assertEquals(-1, second.transferredBytes(-1));
  }
}
