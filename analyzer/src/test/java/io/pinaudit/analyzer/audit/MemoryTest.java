package io.pinaudit.analyzer.audit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** State grows with what is live, not with the trace: a long one fits into a small heap. */
class MemoryTest {
  private static final int ROUNDS = 15_000;
  private static final String HEAP = "-Xmx16m";

  /**
   * Each round maps, pins, frees, reuses, drops and deletes, through a thread and file of its own.
   */
  private static Path longTrace(Path file) throws IOException {
    try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.ISO_8859_1)) {
      for (int i = 0; i < ROUNDS; i++) {
        long block = 100L + i % 5_000;
        String page =
            "page=0x%x vb=0xffffea0000000000"
                .formatted(0xffffea0000000000L + (0x40000 + block) * 64);
        String[] events = {
          "page: (dax_insert_entry+0x0/0x1) pfn=0x%x pgoff=0 ino=%d dev=271581184"
              .formatted(0x40000 + block, 12 + i),
          "sys_vmsplice(fd: 4, uiov: 7ffc, nr_segs: 1, flags: 0)",
          "pin: (try_grab_folio+0x0/0x1) " + page + " refs=1 flags=0x4 count=1",
          "sys_vmsplice -> 0x1000",
          "ext4_remove_blocks: dev 259,0 ino %d extent [0(%d), 1]from 0 to 0 partial"
              .formatted(12 + i, block),
          "ext4_free_blocks: dev 259,0 ino %d mode 0100644 block %d count 1 flags X"
              .formatted(12 + i, block),
          "ext4_evict_inode: dev 259,0 ino %d nlink 0".formatted(12 + i),
          "ext4_allocate_blocks: dev 259,0 ino %d flags X len 1 block %d lblk 0 goal 0"
              .formatted(13 + i, block),
          "drop: (__put_devmap_managed_page_refs+0x0/0x1) " + page + " refs=1 count=2",
          "ext4_allocate_blocks: dev 8,1 ino 12 flags X len 1 block %d lblk %d goal 0"
              .formatted(2 * i, 2 * i),
        };
        for (int e = 0; e < events.length; e++) {
          out.write(
              String.format(
                  Locale.ROOT,
                  "%16s-%-7d [000] ..... %5d.%06d: %s%n",
                  "app",
                  1000 + i % 30_000,
                  100 + i / 1000,
                  (i % 1000) * 1000 + e * 10,
                  events[e]));
        }
      }
    }
    return file;
  }

  @Test
  void longTraceFitsIntoSmallHeap(@TempDir Path folder) throws IOException, InterruptedException {
    Path trace = longTrace(folder.resolve("long.ftrace"));
    Path output = folder.resolve("output");
    Process java =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    HEAP,
                    "-XX:+UseSerialGC",
                    "-cp",
                    System.getProperty("java.class.path"),
                    MemoryTest.class.getName(),
                    trace.toString()))
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    assertEquals(0, java.waitFor(), Files.readString(output));
    assertEquals(
        "FreedWhilePinned %d, ReusedWhilePinned %d".formatted(ROUNDS, ROUNDS),
        Files.readString(output).strip());
  }

  /** What the small JVM runs. */
  public static void main(String[] args) throws IOException {
    Audit audit = Audit.of(Inputs.of(List.of(Path.of(args[0]))));
    System.out.println(
        String.join(
            ", ",
            audit.findings().stream()
                .map(finding -> finding.rule() + " " + finding.count())
                .toList()));
  }
}
