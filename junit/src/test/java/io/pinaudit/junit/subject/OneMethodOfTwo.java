package io.pinaudit.junit.subject;

import io.pinaudit.junit.NoPinHazards;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both methods cut; one of them is audited. */
class OneMethodOfTwo {
  @TempDir Path folder;

  @Test
  @NoPinHazards
  void isAudited() throws Exception {
    try (MappedFile file = new MappedFile(folder.resolve("audited"))) {
      file.cutBelow();
    }
  }

  @Test
  void isNot() throws Exception {
    try (MappedFile file = new MappedFile(folder.resolve("other"))) {
      file.cutBelow();
    }
  }
}
