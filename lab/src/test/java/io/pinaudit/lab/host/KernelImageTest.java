package io.pinaudit.lab.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KernelImageTest {
  private static final byte[] XZ = {(byte) 0xfd, '7', 'z', 'X', 'Z', 0};
  private static final byte[] ZSTD = {0x28, (byte) 0xb5, 0x2f, (byte) 0xfd};
  private static final byte[] GZIP = {0x1f, (byte) 0x8b, 8, 0};

  @TempDir Path folder;

  @Test
  void findsThePayloadBehindTheSetupCode() {
    ByteBuffer payload = KernelImage.payload(bzImage(XZ));
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    assertEquals(hex(XZ), hex(bytes));
  }

  @Test
  void tellsHowItIsPackedByItsFirstBytes() {
    assertEquals("xz", program(XZ));
    assertEquals("zstd", program(ZSTD));
    assertEquals("", program(GZIP));
  }

  @Test
  void leavesAnImageOfAnotherKindAlone() throws IOException, InterruptedException {
    byte[] damaged = bzImage(XZ);
    damaged[0x202] = 0;
    for (byte[] image : List.of(new byte[0], new byte[100], damaged, bzImage(GZIP), bzImage(XZ))) {
      Path file = Files.write(folder.resolve("vmlinuz"), image);
      assertFalse(KernelImage.unpack(file, folder.resolve("vmlinux")));
    }
    try (var left = Files.list(folder)) {
      assertEquals(List.of(folder.resolve("vmlinuz")), left.toList());
    }
  }

  @Test
  void takesAPayloadBeyondTheEndForNone() {
    byte[] image = bzImage(XZ);
    assertEquals(0, KernelImage.payload(Arrays.copyOf(image, image.length - 5)).remaining());
  }

  @Test
  void findsThePvhEntryAmongNotes() {
    assertTrue(KernelImage.hasPvhEntry(elf("Xen\0", 18)));
  }

  @Test
  void missesThePvhEntryInNotesOfOtherKinds() {
    assertFalse(KernelImage.hasPvhEntry(elf("Xen\0", 17)));
    assertFalse(KernelImage.hasPvhEntry(elf("GNU\0", 18)));
    assertFalse(KernelImage.hasPvhEntry(ByteBuffer.allocate(20).order(ByteOrder.LITTLE_ENDIAN)));
  }

  private static String program(byte... magic) {
    return String.join(" ", KernelImage.unpacker(KernelImage.payload(bzImage(magic))))
        .split(" ", 2)[0];
  }

  private static String hex(byte... bytes) {
    return java.util.HexFormat.of().formatHex(bytes);
  }

  /** Four sectors of setup code, then the payload and the four bytes of its unpacked length. */
  private static byte[] bzImage(byte... payload) {
    int from = 32;
    ByteBuffer image =
        ByteBuffer.allocate(5 * 512 + from + payload.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    image.put(0x1f1, (byte) 4);
    image.put(0x202, "HdrS".getBytes(StandardCharsets.US_ASCII));
    image.putInt(0x248, from);
    image.putInt(0x24c, payload.length + 4);
    image.put(5 * 512 + from, payload);
    return image.array();
  }

  /** An ELF file with two notes, of which the second has that name and type. */
  private static ByteBuffer elf(String name, int type) {
    ByteBuffer elf = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
    elf.putLong(0x20, 64).putShort(0x36, (short) 56).putShort(0x38, (short) 1);
    elf.putInt(64, 4).putLong(64 + 8, 128).putLong(64 + 0x20, 44);
    note(elf, 128, "Linux\0", 1);
    note(elf, 128 + 12 + 8 + 4, name, type);
    return elf;
  }

  private static void note(ByteBuffer elf, int at, String name, int type) {
    elf.putInt(at, name.length()).putInt(at + 4, 4).putInt(at + 8, type);
    elf.put(at + 12, name.getBytes(StandardCharsets.US_ASCII));
  }
}
