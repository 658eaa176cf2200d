package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.events.Intervention;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the guard did is told in every format, and is no finding. */
class GuardReportsTest {
  private static final String REFUSED =
      "refused: FileChannel.truncate of /data/a.dat, which FileChannel.write of thread \"writer\""
          + " was using; 2 x, 0.000007 s, the longest 0.000005 s";
  private static final String KEPT = "kept the file mapped: munmap of /data/b.dat";

  @TempDir private Path folder;

  private static void step(String operation, String path, String done, long nanos) {
    Intervention event = new Intervention();
    event.operation = operation;
    event.startNanos = 1_000_000;
    event.endNanos = event.startNanos + nanos;
    event.kernelThreadId = 7;
    event.deviceMajor = 259;
    event.deviceMinor = 0;
    event.inode = 12;
    event.path = path;
    event.mode = "keep";
    event.done = done;
    event.subject = "buffer";
    event.offsetBytes = 4_096;
    event.lengthBytes = 8_192;
    event.holds = 1;
    event.holdOperation = "FileChannel.write";
    event.holdNanos = 900_000;
    event.holdThreadId = 8;
    event.holdThread = "writer";
    event.holdStack = "app.Log.send(Log.java:91)\napp.Main.run(Main.java:3)";
    event.commit();
  }

  private Judgement guarded() throws IOException {
    Path file = folder.resolve("app.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(Intervention.class);
      recording.start();
      for (long nanos : new long[] {2_000, 5_000}) {
        step("FileChannel.truncate", "/data/a.dat", Intervention.REFUSED, nanos);
      }
      step("munmap", "/data/b.dat", Intervention.KEPT, 9_000);
      recording.stop();
      recording.dump(file);
    }
    return Judgement.of("run", Audit.of(Inputs.of(List.of(file))));
  }

  @Test
  void tellItInEveryFormat() throws IOException {
    Judgement run = guarded();
    for (Format format : Format.values()) {
      String text =
          Runs.report(format, List.of(run))
              .replace("&quot;", "\"")
              .replace("&#34;", "\"")
              .replace("\\\"", "\"");
      String where = format + ":\n" + text;
      if (format == Format.JSON) {
        assertTrue(text.contains("\"done\":\"refused\"") || text.contains("\"done\": \"refused\""));
        assertTrue(text.contains("OrphanedWhilePinned"), where);
      } else if (format == Format.PERFETTO) {
        assertTrue(text.contains("guard before FileChannel.truncate"), where);
        assertTrue(text.contains(KEPT), where);
      } else {
        assertTrue(text.contains(REFUSED), where);
        assertTrue(text.contains(KEPT), where);
      }
    }
    assertEquals(List.of(), run.findings(), "it is no finding");
  }

  @Test
  void sayWhatWouldHaveHappenedAndWhere() throws IOException {
    String text = Runs.report(Format.TEXT, List.of(guarded()));
    assertTrue(text.contains("What the guard did (guard=keep): 3 interventions, 0.000 s"), text);
    assertTrue(text.contains("at io.pinaudit.analyzer.report.GuardReportsTest.step("), text);
    assertTrue(text.contains("in use at app.Log.send(Log.java:91)"), text);
    assertTrue(text.contains("without it: the pages that FileChannel.write was using"), text);
  }

  @Test
  void obeyTheSchema() throws IOException {
    String json = Runs.report(Format.JSON, List.of(guarded()));
    assertEquals(List.of(), Schemas.errors(Schemas.report(), json));
  }

  @Test
  void sayNothingOfAGuardThatDidNothing() throws IOException {
    for (Format format : Format.values()) {
      String text = Runs.report(format, List.of(Runs.judged(Runs.JAVA)));
      assertFalse(text.contains("the guard"), format.toString());
      assertFalse(text.contains("interventions"), format.toString());
    }
  }
}
