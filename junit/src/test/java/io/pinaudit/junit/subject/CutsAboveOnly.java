package io.pinaudit.junit.subject;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.junit.NoPinHazards;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cuts, but nothing that is mapped; the class has to pass. */
@NoPinHazards
class CutsAboveOnly {
  @Test
  void cutsAbove(@TempDir Path folder) throws Exception {
    try (MappedFile file = new MappedFile(folder.resolve("above"))) {
      file.cutAbove();
      assertEquals(0, file.first());
    }
  }
}
