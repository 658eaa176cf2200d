package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class LiveSourcesTest {
  @Test
  void knowsAProcessThatIsStopped() throws Exception {
    Process sleeper = new ProcessBuilder("sleep", "60").start();
    try {
      Path process = Path.of("/proc", Long.toString(sleeper.pid()));
      assertFalse(LiveSources.isStopped(process));
      signal("STOP", sleeper);
      while (sleeper.isAlive() && !LiveSources.isStopped(process)) {
        Thread.sleep(1);
      }
      assertTrue(LiveSources.isStopped(process));
      signal("CONT", sleeper);
      while (LiveSources.isStopped(process)) {
        Thread.sleep(1);
      }
    } finally {
      sleeper.destroyForcibly();
    }
    assertFalse(LiveSources.isStopped(Path.of("/proc/self/nothing")));
  }

  private static void signal(String name, Process process) throws Exception {
    Process kill =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start();
    assertEquals(0, kill.waitFor());
  }
}
