package io.pinaudit.cli.recording;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.LiveState;
import io.pinaudit.analyzer.audit.ToldNames;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.Main;
import io.pinaudit.run.RunDescriptionReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatchVerbTest {
  private static final Path RUN =
      Path.of("../analyzer/src/test/resources/runs/linux-6.1.192-java-dma");

  private static final long SECOND = 1_000_000_000;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... words) {
    PrintStream printed = new PrintStream(out, true, StandardCharsets.UTF_8);
    PrintStream told = new PrintStream(err, true, StandardCharsets.UTF_8);
    return Main.run(words, new Console(printed, told, false));
  }

  /** The recorder has ended: what is printed while it is read, and the report at the end. */
  @Test
  void tellsOfARunThatHasEndedWhatAnalyzeTells() throws IOException {
    int status = run("watch", RUN.toString());
    String watched = out.toString(StandardCharsets.UTF_8);
    out.reset();
    assertEquals(run("analyze", RUN.toString()), status);
    String report = out.toString(StandardCharsets.UTF_8);
    assertTrue(watched.endsWith(report), watched);
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  @Timeout(20)
  void waitsNoLongerForARunThanItIsToWatch(@TempDir Path folder) {
    assertEquals(ExitStatus.ERROR, run("watch", "--for", "1s", folder.toString()));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains("no run began there"), err::toString);
  }

  @ParameterizedTest
  @CsvSource({
    "'watch', 'watch: name a process id, a run directory, or -- COMMAND'",
    "'watch no-such-run', 'watch: ''no-such-run'' is no process id, no run directory and no"
        + " command'",
    "'watch --for 5y RUN', '--for ''5y'': expected a time such as 90s, 30m, 24h or 7d'",
    "'watch --for 0 RUN', '--for ''0'': expected a time'",
    "'watch --notify mail RUN', '--notify: ''mail'' is none of journald, syslog'",
    "'watch 999999999', 'no process 999999999'",
    "'watch --rules None RUN', '--rules: ''None'' is none of'",
  })
  void saysWhatIsWrong(String words, String complaint) {
    assertEquals(ExitStatus.ERROR, run(words.replace("RUN", RUN.toString()).split(" ")));
    assertTrue(err.toString(StandardCharsets.UTF_8).contains(complaint), err::toString);
  }

  @Test
  void namesAFindingOnceAndTellsWhenItIsMore() throws IOException {
    List<Finding> all = Audit.of(Inputs.of(List.of(RUN))).findings();
    Told told = new Told(ToldNames.of(RUN, RunDescriptionReader.read(RUN)));
    assertEquals(List.of("F1"), ids(told.news(all.subList(1, 2), 0)));
    assertEquals(List.of(), told.again(all.subList(1, 2), SECOND));
    List<Finding> news = told.news(all, SECOND);
    assertEquals(all.size() - 1, news.size());
    assertEquals("F2", news.getFirst().id());
    assertEquals(List.of(), told.news(all, SECOND));
    assertEquals(List.of("F1"), ids(told.again(List.of(more(all.get(1), 1)), 2 * SECOND)));
    assertEquals(List.of(), told.again(List.of(more(all.get(1), 1)), 4 * SECOND));
    assertEquals(all.size(), told.count());
    assertEquals("F1", told.named(all).get(1).id());
    assertEquals("F2", told.named(all).getFirst().id());
  }

  /** One that happens all the time is told of 1, 2, 4, … s after the line before. */
  @Test
  void tellsEverMoreRarelyOfWhatGoesOn() throws IOException {
    Finding finding = Audit.of(Inputs.of(List.of(RUN))).findings().getFirst();
    Told told = new Told(ToldNames.of(RUN, RunDescriptionReader.read(RUN)));
    told.news(List.of(finding), 0);
    long lines = 0;
    long last = 0;
    for (int i = 1; i <= 36_000; i++) {
      long now = i * SECOND / 10;
      if (!told.again(List.of(more(finding, i)), now).isEmpty()) {
        lines++;
        assertTrue(now - last <= Told.LONGEST_NANOS + SECOND);
        last = now;
      }
    }
    assertTrue(lines >= 60 && lines < 70, lines + " lines in an hour");
    // After a time of quiet it is told at once, as is what turns out to be worse.
    long later = last + 3 * Told.LONGEST_NANOS;
    assertEquals(1, told.again(List.of(more(finding, 40_000)), later).size());
    assertEquals(1, told.again(List.of(more(finding, 40_001)), later + SECOND).size());
    assertEquals(List.of(), told.worse(List.of(more(finding, 40_002)), later + SECOND));
  }

  private static Finding more(Finding one, long times) {
    return new Finding(
        "F9",
        one.hazard(),
        one.severity(),
        one.certainty(),
        one.fingerprint(),
        one.sites(),
        one.count() + times,
        one.first(),
        one.worst(),
        one.latest(),
        one.instances());
  }

  private static List<String> ids(List<Finding> findings) {
    return findings.stream().map(Finding::id).toList();
  }

  @Test
  void saysInOneLineHowTheRunStands() {
    assertEquals(
        "12 pins, the oldest of 3.2 s · 4,711 events/s · 1 finding · 0 losses · 1.4 s ago",
        LiveLine.text(new LiveState(0, 0, 0, 12, 3_200_000_000L, 0), 1, 4_711, 1_400_000_000));
    assertEquals(
        "0 pins · 0 events/s · 0 findings · 2 losses · 1.0 s ago",
        LiveLine.text(new LiveState(0, 0, 2, 0, 0, 0), 0, 0, 1_000_000_000));
  }
}
