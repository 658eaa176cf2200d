package io.pinaudit.lab.guest;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class NewcArchiveTest {
  private static final int HEADER_CHARS = 110;

  private record Entry(String path, int mode, String data) {}

  @Test
  void writesOneFileByteForByte() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (NewcArchive archive = new NewcArchive(out)) {
      archive.file("init", 0755, "hello".getBytes(US_ASCII));
    }
    String expected =
        "070701"
            + "00000001" // inode
            + "000081ED" // regular file, 0755
            + "0000000000000000" // uid, gid
            + "00000001" // links
            + "00000000" // mtime
            + "00000005" // size
            + "00000000000000000000000000000000" // devices
            + "00000005" // name with its NUL
            + "00000000" // check
            + "init\0\0" // 116 bytes
            + "hello\0\0\0" // 124 bytes
            + "070701"
            + "0".repeat(4 * 8)
            + "00000001"
            + "0".repeat(6 * 8)
            + "0000000B"
            + "00000000"
            + "TRAILER!!!\0\0\0\0";
    assertEquals(expected, out.toString(US_ASCII));
  }

  @Test
  void makesFoldersBeforeTheirFilesAndOnce() throws IOException {
    assertEquals(
        List.of("modules", "modules/kernel", "modules/kernel/a.ko", "modules/kernel/b.ko"),
        paths("modules/kernel/a.ko", "modules/kernel/b.ko"));
  }

  @Test
  void alignsEveryLengthOfNameAndData() throws IOException {
    for (int length = 0; length < 9; length++) {
      String data = "123456789".substring(0, length);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try (NewcArchive archive = new NewcArchive(out)) {
        archive.file("f" + "x".repeat(length), 0644, data.getBytes(US_ASCII));
        archive.file("zweite-ä", 0600, data.getBytes(US_ASCII));
      }
      List<Entry> entries = read(out.toByteArray());
      assertEquals(2, entries.size());
      assertEquals(data, entries.get(0).data());
      assertEquals("zweite-ä", entries.get(1).path());
      assertEquals(0100600, entries.get(1).mode());
      assertEquals(data, entries.get(1).data());
    }
  }

  private static List<String> paths(String... files) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (NewcArchive archive = new NewcArchive(out)) {
      for (String file : files) {
        archive.file(file, 0644, new byte[1]);
      }
    }
    return read(out.toByteArray()).stream().map(Entry::path).toList();
  }

  private static List<Entry> read(byte[] archive) {
    List<Entry> entries = new ArrayList<>();
    int at = 0;
    while (true) {
      assertEquals("070701", new String(archive, at, 6, US_ASCII));
      int mode = field(archive, at, 1);
      int size = field(archive, at, 6);
      int nameBytes = field(archive, at, 11);
      String path = new String(archive, at + HEADER_CHARS, nameBytes - 1, UTF_8);
      int data = aligned(at + HEADER_CHARS + nameBytes);
      if (path.equals("TRAILER!!!")) {
        assertEquals(archive.length, data);
        return entries;
      }
      entries.add(new Entry(path, mode, new String(archive, data, size, US_ASCII)));
      at = aligned(data + size);
    }
  }

  private static int field(byte[] archive, int at, int index) {
    return Integer.parseInt(new String(archive, at + 6 + index * 8, 8, US_ASCII), 16);
  }

  private static int aligned(int at) {
    return (at + 3) & ~3;
  }
}
