package io.pinaudit.analyzer.whatif;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KernelTableTest {
  private static List<KernelTable.Row> rows(String operation, String fileSystem, String outcome) {
    String row = operation + " | " + fileSystem + " | 4.19 | - | " + outcome + " | what | source";
    return KernelTable.rows(List.of("# what", "", row));
  }

  @Test
  void readsWhatTheTableSays() {
    KernelTable.Row row = rows("truncate  mapped, direct I/O", "ext4", "hangs").getFirst();
    assertEquals("truncate mapped, direct I/O", row.operation().toString());
    assertEquals("mapped, direct I/O", row.operation().condition());
    assertEquals("evict", rows("evict", "*", "frees").getFirst().operation().toString());
  }

  /** A misspelt row would apply to nothing, and forecasts would be withheld in silence. */
  @ParameterizedTest
  @CsvSource({
    "truncat mapped, ext4, waits, truncat mapped",
    "truncate, ext4, waits, truncate",
    "evict mapped, ext4, waits, evict mapped",
    "evict, etx4, waits, etx4",
    "evict, ext4, weights, weights",
  })
  void refusesAMisspeltRow(String operation, String fileSystem, String outcome, String found) {
    IllegalStateException e =
        assertThrows(IllegalStateException.class, () -> rows(operation, fileSystem, outcome));
    assertEquals(
        "kernels.table:3: error: found '" + found + "', expected ",
        e.getMessage().substring(0, e.getMessage().lastIndexOf("expected ") + 9));
  }
}
