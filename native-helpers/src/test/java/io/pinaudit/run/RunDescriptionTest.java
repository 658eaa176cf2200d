package io.pinaudit.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.linux.KernelLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunDescriptionTest {
  private static final DeviceNumber PMEM = new DeviceNumber(259, 0);

  private static final Origin ORIGIN =
      new Origin(
          "2b1d0c3e-8f5a-4c61-9d2e-7a6b5c4d3e2f",
          "host 7",
          Instant.parse("2026-11-30T10:00:00.123Z"),
          Map.of("app.version", "1.4 \"beta\""),
          List.of(
              new Origin.StorageId(PMEM, Origin.StorageId.Kind.FILE_SYSTEM, "b1c2"),
              new Origin.StorageId(PMEM, Origin.StorageId.Kind.PMEM, "d3e4")));

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
            new BlockDevice("pmem0", PMEM, BlockDevice.Kind.PMEM_RAW, 1L << 30, 5, null),
            new BlockDevice(
                "vda",
                new DeviceNumber(8, 1),
                BlockDevice.Kind.OTHER,
                -1,
                6,
                "not persistent memory")),
        List.of(new Mount("/mnt/dax", "xfs", PMEM, true, 4096, new AllocationGroups(32000, 15))),
        List.of(new RunDescription.FileName(PMEM, 12, "/mnt/dax/é")),
        List.of("<4>[1.0] WARNING fs/dax.c:398"),
        List.of(
            new RunDescription.UserOf(33, "www-data", List.of(List.of(4711, 4712), List.of(13)))),
        List.of(new RunDescription.Jvm(4711, "java -cp é M", true)),
        absent == null ? ORIGIN : Origin.UNKNOWN);
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
            12_345,
            true);
    for (RunDescription run : List.of(description(kernel, null), description(null, "not root"))) {
      RunDescriptionWriter.write(run, folder);
      assertEquals(run, RunDescriptionReader.read(folder));
    }
  }

  @Test
  void readsWhatOlderRecordersWrote() throws IOException {
    Path old = Path.of("../analyzer/src/test/resources/runs/linux-6.1.192-java-dma");
    RunDescription run = RunDescriptionReader.read(old);
    assertEquals("6.1.0-56-amd64", run.kernelRelease());
    assertEquals(Origin.UNKNOWN, run.origin());
    assertEquals(List.of(), run.jvms());
  }

  @Test
  void readsTheHeadAlone() throws IOException {
    RunDescription run = description(null, null);
    RunDescriptionWriter.write(run, folder);
    RunDescription head = RunDescriptionReader.readHead(folder);
    assertEquals(run.bootId(), head.bootId());
    assertEquals(run.command(), head.command());
    assertEquals(run.origin().labels(), head.origin().labels());
    assertEquals(run.origin().recordingId(), head.origin().recordingId());
    assertEquals(List.of(), head.devices());
    assertEquals(List.of(), head.files());
    assertEquals(List.of(), head.jvms());
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

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          []                                          | the file: found an array, expected an object
          {"schemaVersion":"1"}                       | member schemaVersion: found "1", expected a whole number
          {"schemaVersion":1,"command":"x"}           | member command: found "x", expected an array
          {"schemaVersion":1,"command":[1]}           | member command[0]: found 1, expected a string
          {"schemaVersion":1,"kernel":3}              | member kernel: found 3, expected an object
          {"schemaVersion":1,"kernel":{"cpus":[{"cpu":true}]}} | member kernel.cpus[0].cpu: found true, expected a whole number
          {"schemaVersion":1,"kernel":{"vmemmapBase":"x"}} | member kernel.vmemmapBase: found "x", expected 0x and up to 16 hex digits
          {"schemaVersion":1,"devices":[{}]}          | member devices[0].number: found nothing, expected major:minor
          {"schemaVersion":1,"startTime":"today"}     | member startTime: found "today", expected a time such as 2026-11-30T10:00:00Z
          {"schemaVersion":1,"labels":{"a":1}}        | member labels.a: found 1, expected a string
          {"schemaVersion":1,"storage":[{"number":"8:1","kind":"x"}]} | member storage[0].kind: found "x", expected a kind of identity
          {"schemaVersion":1,                         | :1: error: Unexpected end-of-input within/between Object entries
          {"schemaVersion":1,"mounts":[{"number":"8"}]} | member mounts[0].number: found "8", expected major:minor
          """)
  void namesTheMemberThatIsWrong(String json, String message) throws IOException {
    Files.writeString(folder.resolve(RunDescription.FILE_NAME), json);
    IOException e = assertThrows(IOException.class, () -> RunDescriptionReader.read(folder));
    assertTrue(e.getMessage().endsWith(message), e.getMessage());
  }
}
