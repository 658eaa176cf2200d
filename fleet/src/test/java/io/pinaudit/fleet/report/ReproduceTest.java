package io.pinaudit.fleet.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class ReproduceTest {
  @Test
  void isALineForAShell() {
    assertEquals(
        "pinaudit explain /a/b '/c d/it'\\''s' F2",
        Reproduce.command(List.of("/a/b", "/c d/it's"), "F2"));
  }

  @Test
  void unpacksWhatIsPacked() {
    assertEquals(
        "mkdir run1 && zstd -dc '/a b.tar.zst' | tar x -C run1 && pinaudit explain run1 F1",
        Reproduce.command(List.of("/a b.tar.zst"), "F1"));
  }
}
