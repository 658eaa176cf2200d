package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
}
