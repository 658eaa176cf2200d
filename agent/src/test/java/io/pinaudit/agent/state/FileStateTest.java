package io.pinaudit.agent.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStateTest {
  @Test
  void takesDeviceNumbersApartAsGlibcDoes() {
    FileState small = new FileState(0x10305, 1, 1, 0, 0, "/f");
    assertEquals("259 5", small.deviceMajor() + " " + small.deviceMinor());
    // makedev(0x12345678, 0x1abcdef0) of glibc.
    FileState large = new FileState(0x1234_51ab_cde6_78f0L, 1, 1, 0, 0, "/f");
    assertEquals(0x12345678, large.deviceMajor());
    assertEquals(0x1abcdef0, large.deviceMinor());
  }

  @Test
  void looksAtALinkAndNotThroughItForANameThatIsRemoved(@TempDir Path folder) throws IOException {
    Path file = Files.writeString(folder.resolve("file"), "x".repeat(333));
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    assertFalse(FileState.named(link).isRegular());
    assertTrue(FileState.following(link).isRegular());
    assertEquals(333, FileState.following(link).sizeBytes());
    assertEquals(Files.getAttribute(file, "unix:ino"), FileState.named(file).inode());
  }

  @Test
  void knowsNothingOfAFileThatIsNotThere() {
    FileState none = FileState.named(Path.of("/nonexistent/file"));
    assertFalse(none.known());
    assertEquals(-1, none.deviceMajor());
    assertEquals(0, none.inode());
    assertEquals("/nonexistent/file", none.path());
    assertFalse(FileState.ofDescriptor(-1).known());
  }

  @Test
  void keepsAnEndingThatIsPartOfTheName(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("x (deleted)"), "x");
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      assertEquals(file.toString(), FileState.ofDescriptor(lastDescriptor(file)).path());
      Files.delete(file);
      assertEquals(file.toString(), FileState.ofDescriptor(lastDescriptor(file)).path());
      assertEquals(0, open.getFilePointer());
    }
  }

  private static int lastDescriptor(Path file) throws IOException {
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      return links
          .filter(link -> leadsTo(link, file))
          .mapToInt(link -> Integer.parseInt(link.getFileName().toString()))
          .max()
          .orElseThrow();
    }
  }

  private static boolean leadsTo(Path link, Path file) {
    try {
      return Files.readSymbolicLink(link).toString().startsWith(file.toString());
    } catch (IOException e) {
      return false;
    }
  }
}
