package io.pinaudit.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SummaryVerbTest {
  private static final String RUN = "../analyzer/src/test/resources/runs/linux-6.1.192-java-dma";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int summary(String... inputs) {
    String[] args = new String[inputs.length + 1];
    args[0] = "summary";
    System.arraycopy(inputs, 0, args, 1, inputs.length);
    return Main.run(
        args,
        new Console(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            false));
  }

  private void prints(String... lines) {
    String text = out.toString(StandardCharsets.UTF_8);
    for (String line : lines) {
      assertTrue(text.contains(line), line + "\nis missing in\n" + text);
    }
  }

  /** Four reads of 64 KiB that the report tells of, and two before them: 96 pages. */
  @Test
  void countsWhatARunHolds() {
    assertEquals(ExitStatus.CLEAN, summary(RUN));
    prints(
        "96  PinTaken",
        "6  FileChannel.read",
        "inode 13 of pmem0, last /mnt/dax/dma-into-truncated-194.victim",
        "0 events lost, 0 lines or events could not be used",
        "96 pins dropped, 0 not by the end",
        "max 4.8",
        "    < 10 s               64  ####",
        "0 waits for a busy page");
    assertEquals(0, err.size(), "silent where there is no terminal");
  }

  @Test
  void countsPinsAndWaitsThatDoNotEnd(@TempDir Path folder) throws Exception {
    Path trace = folder.resolve("trace.txt");
    Files.writeString(
        trace,
        """
        a-7     [000] .....     1.000000: layout_break_entered: (ext4_break_layouts+0x0/0x1) ino=12 dev=271581184
        a-7     [000] .....     1.000010: layout_busy_page: (dax_layout_busy_page+0x0/0x1) page=0xffffea0001000000
        a-7     [000] .....     4.000000: layout_break_left: (ext4_setattr+0x0/0x1 <- ext4_break_layouts) ret=0
        a-7     [000] .....     5.000000: layout_break_entered: (ext4_break_layouts+0x0/0x1) ino=12 dev=271581184
        a-7     [000] .....     5.000010: layout_busy_page: (dax_layout_busy_page+0x0/0x1) page=0xffffea0001000000
        """);
    assertEquals(ExitStatus.CLEAN, summary(trace.toString()));
    prints("1 waits for a busy page, 1 not by the end", "max 3.0", "no run.json");
  }

  @Test
  void countsWhatTheTraceItselfSaysIsLost(@TempDir Path folder) throws Exception {
    Path trace = folder.resolve("trace.txt");
    Files.writeString(
        trace,
        """
        # entries-in-buffer/entries-written: 2/302   #P:2
        a-7     [000] .....     1.000000: ext4_evict_inode: dev 259,0 ino 12 nlink 0
        CPU:0 [LOST 12 EVENTS]
        a-7     [000] .....     2.000000: ext4_evict_inode: dev 259,0 ino 13 nlink 0
        """);
    assertEquals(ExitStatus.CLEAN, summary(trace.toString()));
    prints("312 events lost", "the trace notes 312 lost events in 2 places");
  }

  @Test
  void refusesWhatItCannotRead() {
    assertEquals(ExitStatus.ERROR, summary());
    assertEquals(ExitStatus.ERROR, summary("no/such/run"));
  }

  @Test
  void tellsBytesRateAndWhatIsLeft() {
    long mebi = 1 << 20;
    assertEquals(
        "reading 128 of 256 MiB, 64.0 MiB/s, 2 s left",
        Progress.line(128 * mebi, 256 * mebi, 2_000_000_000L));
    assertEquals("reading 0 of 256 MiB, 0.0 MiB/s", Progress.line(0, 256 * mebi, 1));
  }

  @Test
  void showsProgressOnATerminalAndWipesIt() throws Exception {
    ByteArrayOutputStream terminal = new ByteArrayOutputStream();
    Console console =
        new Console(System.out, new PrintStream(terminal, true, StandardCharsets.UTF_8), true);
    long[] read = {7};
    try (Progress _ = Progress.of(1L << 30, () -> read[0]++ == 7 ? 7 : 7 + (1L << 29), console)) {
      while (!terminal.toString(StandardCharsets.UTF_8).contains("left")) {
        Thread.sleep(10);
      }
    }
    String shown = terminal.toString(StandardCharsets.UTF_8);
    assertTrue(shown.contains("reading 512 of 1024 MiB"), shown);
    assertTrue(shown.endsWith("\r\033[K"), "the line is wiped");
  }
}
