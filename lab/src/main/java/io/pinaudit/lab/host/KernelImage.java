package io.pinaudit.lab.host;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes the kernel's ELF file out of a {@code vmlinuz}, so that QEMU can start it at its PVH entry:
 * an emulated processor takes three seconds to decompress what this machine's takes half of one
 * for.
 *
 * <p>A kernel started so is not randomised (KASLR): the code that would do it is the
 * decompressor's. Formats: Documentation/arch/x86/boot.rst, elf(5), and {@code
 * XEN_ELFNOTE_PHYS32_ENTRY} in xen/interface/elfnote.h.
 */
final class KernelImage {
  private static final int SETUP_SECTORS = 0x1f1;
  private static final int HEADER_MAGIC = 0x202;
  private static final int PAYLOAD_OFFSET = 0x248;
  private static final int PAYLOAD_LENGTH = 0x24c;
  private static final int SECTOR_BYTES = 512;
  private static final int LENGTH_BYTES = 4; // of the unpacked kernel, behind the payload
  private static final int HDRS = 0x53726448; // "HdrS"

  private static final int ELF_PROGRAM_HEADERS = 0x20;
  private static final int ELF_PROGRAM_HEADER_BYTES = 0x36;
  private static final int ELF_PROGRAM_HEADER_COUNT = 0x38;
  private static final int PT_NOTE = 4;
  private static final int NOTE_HEADER_BYTES = 12;
  private static final int PVH_ENTRY = 18;

  private KernelImage() {}

  /**
   * Writes the ELF file, whole or not at all.
   *
   * @return false if the image is packed in a way that this machine has no program for, or has no
   *     PVH entry
   */
  static boolean unpack(Path image, Path elf) throws IOException, InterruptedException {
    ByteBuffer packed = payload(Files.readAllBytes(image));
    List<String> program = unpacker(packed);
    if (program.isEmpty() || HostPackages.onPath(program.getFirst()).isEmpty()) {
      return false;
    }
    Path part = Files.createTempFile(elf.getParent(), elf.getFileName().toString(), ".part");
    try {
      if (!run(program, packed, part) || !hasPvhEntry(part)) {
        return false;
      }
      Files.move(part, elf, StandardCopyOption.ATOMIC_MOVE);
      return true;
    } finally {
      Files.deleteIfExists(part);
    }
  }

  /** Returns the compressed kernel in a bzImage; empty if the image is none. */
  static ByteBuffer payload(byte... image) {
    ByteBuffer bytes = ByteBuffer.wrap(image).order(ByteOrder.LITTLE_ENDIAN);
    if (image.length < PAYLOAD_LENGTH + Integer.BYTES || bytes.getInt(HEADER_MAGIC) != HDRS) {
      return ByteBuffer.allocate(0);
    }
    int start = (1 + Byte.toUnsignedInt(image[SETUP_SECTORS])) * SECTOR_BYTES;
    long from = start + Integer.toUnsignedLong(bytes.getInt(PAYLOAD_OFFSET));
    long length = Integer.toUnsignedLong(bytes.getInt(PAYLOAD_LENGTH)) - LENGTH_BYTES;
    return length <= 0 || from + length > image.length
        ? ByteBuffer.allocate(0)
        : bytes.slice((int) from, (int) length).order(ByteOrder.BIG_ENDIAN);
  }

  /**
   * Returns the command that unpacks the payload, by its first bytes; empty if they are not known.
   */
  static List<String> unpacker(ByteBuffer payload) {
    if (payload.remaining() < Integer.BYTES) {
      return List.of();
    }
    return switch (payload.getInt(0)) {
      case 0xfd377a58 -> List.of("xz", "--decompress", "--stdout", "--single-stream");
      case 0x28b52ffd -> List.of("zstd", "--decompress", "--stdout", "--quiet");
      default -> List.of();
    };
  }

  private static boolean run(List<String> program, ByteBuffer packed, Path unpacked)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(program)
            .redirectOutput(unpacked.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    try (InputStream in = input(packed);
        var out = process.getOutputStream()) {
      in.transferTo(out);
    } catch (IOException e) {
      // The program has ended early: its status says so.
      process.destroy();
    }
    return process.waitFor(1, TimeUnit.MINUTES) && process.exitValue() == 0;
  }

  private static InputStream input(ByteBuffer bytes) {
    return new ByteArrayInputStream(
        bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
  }

  private static boolean hasPvhEntry(Path elf) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(elf)).order(ByteOrder.LITTLE_ENDIAN);
    return hasPvhEntry(bytes);
  }

  /** Returns whether a note of a 64-bit ELF file gives the PVH entry. */
  static boolean hasPvhEntry(ByteBuffer elf) {
    try {
      int header = (int) elf.getLong(ELF_PROGRAM_HEADERS);
      for (int i = 0; i < elf.getShort(ELF_PROGRAM_HEADER_COUNT); i++) {
        if (elf.getInt(header) == PT_NOTE
            && hasPvhNote(elf, (int) elf.getLong(header + 8), (int) elf.getLong(header + 0x20))) {
          return true;
        }
        header += elf.getShort(ELF_PROGRAM_HEADER_BYTES);
      }
      return false;
    } catch (IndexOutOfBoundsException e) {
      // The file is not the expected ELF file.
      return false;
    }
  }

  private static boolean hasPvhNote(ByteBuffer elf, int from, int bytes) {
    int at = from;
    while (at + NOTE_HEADER_BYTES <= from + bytes) {
      int nameBytes = elf.getInt(at);
      int descriptorBytes = elf.getInt(at + 4);
      if (elf.getInt(at + 8) == PVH_ENTRY && isXen(elf, at + NOTE_HEADER_BYTES, nameBytes)) {
        return true;
      }
      at += NOTE_HEADER_BYTES + aligned(nameBytes) + aligned(descriptorBytes);
    }
    return false;
  }

  private static boolean isXen(ByteBuffer elf, int at, int bytes) {
    byte[] name = new byte[bytes];
    elf.get(at, name);
    return new String(name, StandardCharsets.US_ASCII).equals("Xen\0");
  }

  private static int aligned(int bytes) {
    return (bytes + 3) & ~3;
  }
}
