package io.pinaudit.lab;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestResult;
import io.pinaudit.lab.guest.GuestSpec;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Year;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Boots the guest once; its script prints one {@code key=value} line for each test into the run
 * directory.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LabGuestIT {
  private static final String SCRIPT =
      """
      say() { printf '%s=%s\\n' "$1" "$2" >>"$PINAUDIT_RUN/facts"; }
      say release "$(uname -r)"
      say mount "$(grep " $PINAUDIT_DAX " /proc/mounts)"
      say pmem "$(test -b /dev/pmem0 && echo block)"
      say kprobe "$(grep -c '^try_grab_folio$' /sys/kernel/tracing/available_filter_functions)"
      echo 'p:lab/grab try_grab_folio' >/sys/kernel/tracing/kprobe_events
      say kprobes "$(cat /sys/kernel/tracing/kprobe_events)"
      say slow "$(dd if="$PINAUDIT_SLOW_DISK" bs=4096 skip=1 count=1 iflag=direct 2>/dev/null | head -c 32)"
      say words "$#:$1:$2:$3"
      say cwd "$(pwd)"
      say lab "$PINAUDIT_LAB,$PINAUDIT_LAB_ACCEL,$PINAUDIT_NO_BUILD"
      say loopback "$(cat /sys/class/net/lo/operstate /sys/class/net/lo/carrier | tr '\\n' ' ')"
      say year "$(date +%Y)"
      echo written >"$PINAUDIT_DAX/file" && say dax "$(cat "$PINAUDIT_DAX/file")"
      # Without the options a C1-only JVM has no cache line flushes, and crashes where MAP_SYNC works.
      say sync "$("$7" -XX:+UseSerialGC -XX:+UnlockDiagnosticVMOptions -XX:-DelayCompilerStubsGeneration \\
        "-javaagent:$8" -XX:StartFlightRecording:settings=none,filename=/dev/shm/sync.jfr -Xlog:jfr+startup=off \\
        -cp "$9" io.pinaudit.lab.SyncMappingProgram "$PINAUDIT_DAX/sync.dat" 2>"$PINAUDIT_RUN/sync.err")"
      cp /dev/shm/sync.jfr "$PINAUDIT_RUN"
      touch "$4" && say overlay "$(test -e "$4" && echo written)"
      cat "$5"
      cat "$6" >&2
      sleep 1000 &
      exit 42
      """;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Map<String, String> facts = new HashMap<>();
  private final byte[] everyByte = new byte[256 * 300];
  private final byte[] everyByteBackwards = new byte[everyByte.length];
  private Path directory;
  private Path lost;
  private Path run;
  private Guest guest;
  private GuestResult result;

  @BeforeAll
  void boot(@TempDir Path temporary) throws IOException, InterruptedException {
    GuestMachine.assumeUsable();
    directory = temporary;
    for (int index = 0; index < everyByte.length; index++) {
      everyByte[index] = (byte) (index + index / 256);
      everyByteBackwards[everyByte.length - 1 - index] = everyByte[index];
    }
    Path toOut = Files.write(directory.resolve("to-out"), everyByte);
    Path toErr = Files.write(directory.resolve("to-err"), everyByteBackwards);
    lost = directory.resolve("lost");
    run = Files.createDirectory(directory.resolve("run, 'one'"));
    PrintStream notes = new PrintStream(System.err, true, UTF_8);
    GuestSpec spec = GuestSpec.inDirectory(run).withTimeout(Duration.ofMinutes(5));
    guest = Guest.prepare(spec, new Console(notes, notes, false));
    List<String> words =
        new ArrayList<>(List.of("sh", "-c", SCRIPT, "sh", "two words", "", "it's →"));
    Path java = Installation.jdkTool("java");
    Path agent = Installation.current().agentJar();
    Path classes = Path.of("target", "test-classes").toAbsolutePath();
    Stream.of(lost, toOut, toErr, java, agent, classes).map(Path::toString).forEach(words::add);
    GuestCommand command =
        new GuestCommand(words, directory, GuestCommand.inherited(System.getenv()));
    result = guest.run(command, out, err);
    for (String line : Files.readAllLines(run.resolve("facts"))) {
      int equals = line.indexOf('=');
      facts.put(line.substring(0, equals), line.substring(equals + 1));
    }
  }

  @Test
  void passesTheExitStatusThrough() {
    assertEquals(42, result.exitStatus());
  }

  @Test
  void runsTheFetchedKernel() {
    assertEquals(guest.kernelRelease(), facts.get("release"));
  }

  @Test
  void keepsTheOutputStreamsApartAndByteExact() {
    assertArrayEquals(everyByte, out.toByteArray());
    assertArrayEquals(everyByteBackwards, err.toByteArray());
  }

  @Test
  void mountsExt4WithDax() {
    String mount = facts.get("mount");
    assertTrue(mount.startsWith("/dev/pmem0 /mnt/dax ext4 rw,"), mount);
    assertTrue(mount.contains("dax=always"), mount);
    assertEquals("block", facts.get("pmem"));
    assertEquals("written", facts.get("dax"));
  }

  @Test
  void letsAJvmMapSynchronously() throws IOException {
    assertEquals("42", facts.get("sync"));
    List<RecordedEvent> mappings =
        RecordingFile.readAllEvents(run.resolve("sync.jfr")).stream()
            .filter(event -> event.getEventType().getName().equals("pinaudit.FileMap"))
            .sorted(Comparator.comparingLong(event -> event.getLong("offsetBytes")))
            .toList();
    assertEquals(
        List.of("READ_WRITE_SYNC", "READ_ONLY_SYNC"),
        mappings.stream().map(event -> event.getString("mode")).toList());
    for (RecordedEvent mapping : mappings) {
      assertNull(mapping.getString("error"));
      assertEquals("/mnt/dax/sync.dat", mapping.getString("path"));
    }
  }

  @Test
  void takesKernelProbes() {
    assertEquals("1", facts.get("kprobe"));
    assertEquals("p:lab/grab try_grab_folio", facts.get("kprobes"));
  }

  @Test
  void servesTheSlowDiskWithItsPattern() {
    assertEquals("SLOWDISK00000100SLOWDISK00000101", facts.get("slow"));
  }

  @Test
  void passesOddWordsAndTheWorkingDirectory() {
    assertEquals("9:two words::it's →", facts.get("words"));
    assertEquals(directory.toString(), facts.get("cwd"));
  }

  @Test
  void setsUpTheMachine() {
    assertEquals("1,tcg,1", facts.get("lab"));
    assertTrue(facts.get("loopback").endsWith("1 "), facts.get("loopback"));
    assertEquals(Year.now(ZoneOffset.UTC).toString(), facts.get("year"));
  }

  @Test
  void losesWritesOutsideTheRunDirectory() {
    assertEquals("written", facts.get("overlay"));
    assertTrue(Files.notExists(lost));
  }

  @Test
  void keepsTheKernelLogAndTheRecord() throws IOException {
    String log = Files.readString(run.resolve("guest-kernel.log"));
    assertTrue(log.contains("EXT4-fs (pmem0): mounted filesystem"), log);
    assertEquals(-1, log.indexOf('\r'));
    String record = Files.readString(run.resolve("lab.json"));
    assertTrue(record.contains("\"exitStatus\":42"), record);
  }
}
