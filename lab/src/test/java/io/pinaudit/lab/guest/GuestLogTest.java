package io.pinaudit.lab.guest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class GuestLogTest {
  private final GuestLog log = new GuestLog();
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();

  @Test
  void keepsTheConsoleWithoutCarriageReturns() throws IOException {
    copy("[    0.0] Linux version 6.1\r\n[    0.1] more\r\r\n");
    assertEquals("[    0.0] Linux version 6.1\n[    0.1] more\n", kept.toString(UTF_8));
    assertEquals(Optional.empty(), log.failure());
  }

  @Test
  void tellsWhatAStageSaid() throws IOException {
    copy("[    5.1] pinaudit-lab: error: mkfs of ext4 failed\r\n[ 6.0] reboot: Power down\r\n");
    assertEquals(Optional.of("mkfs of ext4 failed"), log.failure());
  }

  @Test
  void tellsThePanicThatCameFirst() throws IOException {
    copy("[ 2.0] Kernel panic - not syncing: no init\r\n[ 2.1] pinaudit-lab: error: late\r\n");
    assertEquals(Optional.of("Kernel panic - not syncing: no init"), log.failure());
  }

  @Test
  void isSilentUntilTheFirstByte() throws IOException {
    copy("");
    assertTrue(log.isSilent());
    copy("x");
    assertFalse(log.isSilent());
  }

  private void copy(String console) throws IOException {
    log.copy(new ByteArrayInputStream(console.getBytes(UTF_8)), kept);
  }
}
