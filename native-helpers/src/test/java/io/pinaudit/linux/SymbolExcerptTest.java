package io.pinaudit.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SymbolExcerptTest {
  /** Modules' symbols are not in order. */
  private static final List<String> SYMBOLS =
      List.of(
          "ffffffff8f2c3d30 T try_grab_folio",
          "ffffffff8f2c3d80 d not_a_function",
          "ffffffff8f2c3e00 t next_to_it",
          "ffffffff8f35db80 T far_away",
          "ffffffffc0a11200 t ext4_after\t[ext4]",
          "ffffffffc0a10000 t ext4_before\t[ext4]",
          "ffffffffc0a11000 t ext4_break_layouts\t[ext4]");

  @Test
  void tellsWhereFunctionsBeginAndEnd() {
    assertEquals(
        Optional.of(
            """
            ffffffff8f2c3d30 T try_grab_folio
            ffffffff8f2c3e00 t next_to_it
            ffffffffc0a11000 t ext4_break_layouts\t[ext4]
            ffffffffc0a11200 t ext4_after\t[ext4]
            """),
        SymbolExcerpt.of(SYMBOLS, Set.of("try_grab_folio", "ext4_break_layouts", "absent")));
  }

  @Test
  void isEmptyWithoutProbes() {
    assertEquals(Optional.of(""), SymbolExcerpt.of(SYMBOLS, Set.of()));
  }

  /** As kernel.kptr_restrict=2 has it. */
  @Test
  void saysThatAddressesAreHidden() {
    assertEquals(
        Optional.empty(),
        SymbolExcerpt.of(
            List.of("0000000000000000 T try_grab_folio", "0000000000000000 t other"),
            Set.of("try_grab_folio")));
  }
}
