package io.pinaudit.junit.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.junit.NoPinHazards;
import java.nio.file.Path;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One test of three cuts a file below its mapping; the class has to fail, with its name. */
@NoPinHazards
class CutsInOne {
  @TempDir Path folder;

  @Test
  void cutsAbove() throws Exception {
    try (MappedFile file = new MappedFile(folder.resolve("above"))) {
      file.cutAbove();
      assertEquals(0, file.first());
    }
  }

  @Nested
  class Inside {
    @Test
    void cutsBelow() throws Exception {
      try (MappedFile file = new MappedFile(folder.resolve("below"))) {
        file.cutBelow();
        assertEquals(0, file.first());
      }
    }
  }

  @Test
  void doesNothing() {
    assertEquals(folder, folder);
  }
}
