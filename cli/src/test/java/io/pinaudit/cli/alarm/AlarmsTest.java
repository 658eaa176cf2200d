package io.pinaudit.cli.alarm;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.LiveState;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlarmsTest {
  private static final Path RUN =
      Path.of("../analyzer/src/test/resources/runs/linux-5.10.223-ext4-truncate");

  @TempDir Path folder;

  private final List<String> notes = Collections.synchronizedList(new ArrayList<>());

  private static Audit audit() throws IOException {
    return Audit.of(Inputs.of(List.of(RUN)));
  }

  private CommandAlarm command(String script) {
    return new CommandAlarm(
        List.of("/bin/sh", "-c", script),
        news -> news.findings().getFirst().rule().getBytes(StandardCharsets.UTF_8),
        notes::add);
  }

  @Test
  void giveACommandEachFindingInOrder() throws IOException {
    Path file = folder.resolve("told");
    try (CommandAlarm alarm = command("cat >> " + file + "; echo >> " + file)) {
      alarm.found(audit());
      alarm.found(audit());
    }
    assertEquals("FreedWhilePinned\nFreedWhilePinned\n", Files.readString(file));
    assertEquals(List.of(), notes);
  }

  @Test
  void waitForNobodyToReadALongFinding() throws IOException {
    Path file = folder.resolve("told");
    List<String> shell = List.of("/bin/sh", "-c", "sleep 0.3; wc -c >> " + file);
    try (CommandAlarm alarm = new CommandAlarm(shell, _ -> new byte[1 << 20], notes::add)) {
      alarm.found(audit());
    }
    assertEquals("1048576", Files.readString(file).strip());
    assertEquals(List.of(), notes);
  }

  @Test
  void sayThatACommandFailed() throws IOException {
    try (CommandAlarm alarm = command("exec 0<&-; exit 7")) {
      alarm.found(audit());
    }
    assertEquals(List.of("/bin/sh -c exec 0<&-; exit 7: exit status 7"), notes);
  }

  @Test
  void writeMetricsAtOnceWhenSomethingIsFound() throws IOException {
    Path file = folder.resolve("pinaudit.prom");
    MetricsFile metrics = new MetricsFile(file);
    long now = System.nanoTime();
    metrics.look(new LiveState(now, 1_000, 0, 3, 2_500_000_000L, 0), List.of());
    String before = Files.readString(file);
    assertTrue(before.contains("pinaudit_pins 3.0\n"), before);
    assertTrue(before.contains("pinaudit_oldest_pin_seconds 2.5\n"), before);
    assertTrue(before.contains("pinaudit_events_total 1000.0\n"), before);
    assertTrue(before.endsWith("# EOF\n"), before);

    LiveState later = new LiveState(now, 1_500, 2, 0, 0, 1);
    metrics.look(later, audit().findings());
    assertEquals(before, Files.readString(file), "not before its time");
    metrics.found(audit());
    metrics.look(later, audit().findings());
    String after = Files.readString(file);
    assertTrue(after.contains("pinaudit_events_total 1500.0\n"), after);
    assertTrue(after.contains("pinaudit_losses_total 2.0\n"), after);
    String labels = "{rule=\"FreedWhilePinned\",severity=\"critical\"} 1.0\n";
    assertTrue(after.contains("pinaudit_findings" + labels), after);
    assertTrue(
        after.contains(
            "pinaudit_hazards_total{certainty=\"confirmed\",rule=\"FreedWhilePinned\",severity=\"critical\"}"
                + " "
                + audit().findings().getFirst().count()),
        after);
    metrics.look(new LiveState(now, 1_600, 2, 0, 0, 1), audit().findings());
    metrics.close();
    String last = Files.readString(file);
    assertTrue(last.contains("pinaudit_events_total 1600.0\n"), last);
    assertEquals(List.of(file), list());
  }

  private List<Path> list() throws IOException {
    try (var files = Files.list(folder)) {
      return files.toList();
    }
  }
}
