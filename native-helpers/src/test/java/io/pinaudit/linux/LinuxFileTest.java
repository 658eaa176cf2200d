package io.pinaudit.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxFileTest {
  @TempDir Path folder;

  private List<Path> files() throws IOException {
    try (Stream<Path> all = Files.list(folder)) {
      return all.toList();
    }
  }

  @Test
  void aFileWithoutNameIsSeenOnlyWhenItIsLinked() throws IOException {
    Path name = folder.resolve("name");
    try (LinuxFile file = LinuxFile.createNameless(folder).orElseThrow()) {
      Files.write(file.alias(), new byte[] {1, 2, 3});
      assertEquals(List.of(), files());
      file.link(name);
    }
    assertArrayEquals(new byte[] {1, 2, 3}, Files.readAllBytes(name));
  }

  @Test
  void aLinkReplacesNothing() throws IOException {
    Path name = Files.write(folder.resolve("name"), new byte[] {7});
    try (LinuxFile file = LinuxFile.createNameless(folder).orElseThrow()) {
      assertThrows(FileAlreadyExistsException.class, () -> file.link(name));
    }
    assertArrayEquals(new byte[] {7}, Files.readAllBytes(name));
    assertEquals(List.of(name), files());
  }

  @Test
  void makesNoFileWhereThereIsNoFolder() throws IOException {
    assertEquals(Optional.empty(), LinuxFile.createNameless(folder.resolve("missing")));
  }
}
