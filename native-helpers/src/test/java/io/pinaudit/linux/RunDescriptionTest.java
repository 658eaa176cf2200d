package io.pinaudit.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDescriptionTest {
  private static final DeviceNumber PMEM = new DeviceNumber(259, 0);

  @TempDir Path folder;

  private static RunDescription description(KernelSide kernel, String absent) {
    return new RunDescription(
        "0.1.0",
        "6.1.0",
        "boot",
        17,
        -1,
        List.of("java", "-cp", "a \"b\"\n"),
        -1,
        kernel,
        absent,
        List.of(
            new BlockDevice("pmem0", PMEM, BlockDevice.Kind.PMEM_RAW, 1L << 30, 5),
            new BlockDevice("vda", new DeviceNumber(8, 1), BlockDevice.Kind.OTHER, -1, 6)),
        List.of(new Mount("/mnt/dax", "ext4", PMEM, true, 4096)),
        List.of(new RunDescription.FileName(PMEM, 12, "/mnt/dax/é")),
        List.of("<4>[1.0] WARNING fs/dax.c:398"));
  }

  @Test
  void readsBackWhatItWrote() throws IOException {
    KernelSide kernel =
        new KernelSide(
            "kernel.ftrace",
            "syscalls.ftrace",
            "linux-6.1",
            Map.of("FOLL_PIN", 0x40000L),
            0xff8cc7e880000000L,
            64,
            4096,
            List.of(
                new KernelSide.ProbeState("a", "pins", null, 9),
                new KernelSide.ProbeState("b", "drops", "no such function", 0)),
            List.of(new CpuStatistics(0, 3, 4, 5)),
            true);
    for (RunDescription run : List.of(description(kernel, null), description(null, "not root"))) {
      RunDescriptionWriter.write(run, folder);
      assertEquals(run, RunDescriptionReader.read(folder));
    }
  }

  @Test
  void addsWhatEachCpuLost() {
    CpuStatistics cpu =
        CpuStatistics.parse(1, "entries: 5\noverrun: 7\ncommit overrun: 3\ndropped events: 2\n");
    assertEquals(new CpuStatistics(1, 7, 2, 3), cpu);
    assertEquals(12, cpu.lost());
  }

  @Test
  void keepsOnlyNewLogLines() {
    assertEquals(List.of("c"), KernelLog.since(List.of("a", "b"), List.of("a", "b", "c")));
    assertEquals(List.of("c"), KernelLog.since(List.of("b"), List.of("b", "c")));
    assertEquals(List.of(), KernelLog.since(List.of("a"), List.of("a")));
    assertEquals(List.of("x"), KernelLog.since(List.of("gone"), List.of("x")));
  }
}
