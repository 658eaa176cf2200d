package io.pinaudit.analyzer.gate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.trace.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SuppressionsTest {
  private static final Path RUN = Path.of("src/test/resources/runs/linux-6.1.192-java-dma");

  @TempDir Path folder;

  private List<Suppression> read(String text) throws IOException {
    return Suppressions.read(Files.writeString(folder.resolve("suppressions.txt"), text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "class=io.pinaudit.* reason=| expected key=value|0",
        "nonsense reason=x| error: expected key=value, found: nonsense reason=x|0",
        "reason=x| error: it would excuse everything: give a rule, class, method or path|0",
        "rule=FreedWhilePinned| error: a reason is missing: end the line with reason=…|0",
        "rule=FreedWhilePinned reason=| error: reason is empty|0",
        "rule=FreedWhilePined reason=x| error: no rule 'FreedWhilePined', expected one of |0",
        "clas=a reason=x| error: unknown key 'clas', expected rule, class, method, path, until"
            + " or|0",
        "class=a class=b reason=x| error: class is there twice|0",
        "class=\"\" reason=x| error: class is empty|0",
        "class=a until=2027-02-30 reason=x| error: '2027-02-30' is no date, expected YYYY-MM-DD|0",
        "class=a until=soon reason=x| error: 'soon' is no date|0",
      })
  void locatesWhatIsWrong(String line, String message, int ignored) {
    InputException e =
        assertThrows(InputException.class, () -> read("# a comment\n\n" + line + "\n"));
    String place = folder.resolve("suppressions.txt") + ":3:";
    assertTrue(e.getMessage().startsWith(place), e.getMessage());
    if (!line.endsWith("reason=") || line.startsWith("rule")) {
      assertTrue(e.getMessage().contains(message.stripLeading()), e.getMessage());
    }
  }

  @Test
  void readsCommentsBlanksQuotesAndReasons() throws IOException {
    List<Suppression> all =
        read(
            """
            # known
            path="/mnt/dax/a b/*" until=2027-03-31 reason=a reason with = and "quotes", rule=x

              rule=FreedWhilePinned method=run reason=y
            """);
    assertEquals(2, all.size());
    assertEquals("a reason with = and \"quotes\", rule=x", all.getFirst().reason());
    assertEquals(LocalDate.of(2027, 3, 31), all.getFirst().until());
    assertTrue(all.getFirst().path().matcher("/mnt/dax/a b/c").matches());
    assertTrue(all.getLast().place().endsWith("suppressions.txt:4"));
  }

  @ParameterizedTest
  @CsvSource({
    "com.example.*, com.example.Wal, true",
    "com.example.*, com.example.io.Wal, false",
    "com.example.**, com.example.io.Wal, true",
    "com.example.Wa?, com.example.Wal, true",
    "com.example.Wal, comXexample.Wal, false",
    "com.(*, com.(a, true",
    "**, anything.at.all, true",
  })
  void matchesClasses(String glob, String name, boolean matches) {
    assertEquals(matches, Suppressions.glob(glob, '.').matcher(name).matches());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rule=FreedWhilePinned",
        "class=io.pinaudit.samples.DmaIntoTruncated",
        "class=io.pinaudit.** method=truncateFile",
        "method=readFromDisk",
        "path=/mnt/dax/*.buffers",
        "path=/mnt/** rule=FreedWhilePinned class=**.DmaIntoTruncated",
      })
  void excuses(String criteria) throws IOException {
    assertTrue(matches(criteria), criteria);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rule=ReusedWhilePinned",
        "class=io.pinaudit.samples.Dma",
        "class=io.pinaudit.samples.Sample method=truncateFile",
        "path=/mnt/*",
        "path=*.victim",
        "path=/mnt/dax/*.buffers rule=ReusedWhilePinned",
      })
  void doesNotExcuseWhatIsNearby(String criteria) throws IOException {
    assertFalse(matches(criteria), criteria);
  }

  private boolean matches(String criteria) throws IOException {
    Audit audit = Audit.of(Inputs.of(List.of(RUN)));
    Finding freed = audit.findings().getFirst();
    return read(criteria + " reason=test").getFirst().matches(freed, audit);
  }

  @Test
  void holdsUntilTheEndOfItsLastDay() throws IOException {
    Suppression one = read("method=a until=2027-03-31 reason=x").getFirst();
    assertFalse(one.expired(LocalDate.of(2027, 3, 31)));
    assertTrue(one.expired(LocalDate.of(2027, 4, 1)));
    assertFalse(read("method=a reason=x").getFirst().expired(LocalDate.MAX));
  }

  @Test
  void refusesWhatIsNoText() throws IOException {
    Path binary = Files.write(folder.resolve("x"), new byte[] {(byte) 0xff, 0, 1});
    IOException e = assertThrows(InputException.class, () -> Suppressions.read(binary));
    assertEquals(binary + ":1: error: not UTF-8 text", e.getMessage());
    assertThrows(InputException.class, () -> Suppressions.read(folder));
  }
}
