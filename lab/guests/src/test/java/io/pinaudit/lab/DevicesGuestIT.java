package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.cli.Console;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.guest.GuestHardware;
import io.pinaudit.lab.guest.GuestSpec;
import io.pinaudit.lab.guest.Pmem;
import io.pinaudit.lab.host.DaxFileSystem;
import io.pinaudit.lab.host.Kernel;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.BlockDevice.Kind;
import io.pinaudit.run.RunDescription;
import io.pinaudit.run.RunDescriptionReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Records one broken sample on every way of laying a file system on an NVDIMM, in one boot. The
 * page frames of its pins and the blocks of its frees meet only if the device is joined rightly;
 * that they do meet, the sample proves by the foreign bytes that it reads.
 */
@Tag("full")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DevicesGuestIT {
  private static final String SCRIPT =
      """
      export DM_DISABLE_UDEV=1
      sample() {
        "$1" record -o "$PINAUDIT_RUN/$4" -- "$2" -cp "$3" io.pinaudit.samples.VmspliceThenDelete "$PINAUDIT_DAX" \\
          >"$PINAUDIT_RUN/$4.out" || exit 1
      }
      remount() {
        umount "$PINAUDIT_DAX" && mkfs.ext4 -q -F -b 4096 "$1" && mount -o dax=always "$1" "$PINAUDIT_DAX"
      }
      sample "$@" fsdax
      umount "$PINAUDIT_DAX" && addpart /dev/pmem0 1 264192 524288 && mount -t tmpfs none "$PINAUDIT_DAX"
      remount /dev/pmem0p1 || exit 2
      sample "$@" partition
      umount "$PINAUDIT_DAX"
      echo '0 262144 linear /dev/pmem0p1 4096' | dmsetup create linear && mount -t tmpfs none "$PINAUDIT_DAX"
      remount /dev/dm-0 || exit 3
      sample "$@" linear
      umount "$PINAUDIT_DAX" && dmsetup remove linear
      printf '0 131072 linear /dev/pmem0p1 4096\\n131072 131072 linear /dev/pmem0p1 262144\\n' | dmsetup create two \\
        && mount -t tmpfs none "$PINAUDIT_DAX"
      remount /dev/dm-0 || exit 4
      sample "$@" segments
      """;

  private Path parent;

  @BeforeAll
  void record() throws Exception {
    GuestMachine.assumeUsable();
    parent = Path.of("target/guest-tests/devices").toAbsolutePath();
    FileTree.delete(Files.createDirectories(parent));
    Files.createDirectories(parent);
    GuestHardware nvdimm = GuestHardware.DEFAULT.withPmem(Pmem.NVDIMM);
    GuestSpec spec =
        new GuestSpec(
            Kernel.DEFAULT, DaxFileSystem.EXT4, nvdimm, parent, GuestSpec.DEFAULT_TIMEOUT);
    List<String> words = GuestMachine.script(SCRIPT);
    int status =
        Guest.prepare(spec, new Console(System.out, System.err, false))
            .run(GuestCommand.asHere(words), System.out, System.err)
            .exitStatus();
    assertEquals(0, status);
  }

  private BlockDevice device(String run, String name) throws IOException {
    RunDescription description = RunDescriptionReader.read(parent.resolve(run));
    return description.devices().stream()
        .filter(device -> device.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({
    "fsdax, pmem0, PMEM_FSDAX, 0",
    "partition, pmem0p1, PMEM_FSDAX, 135266304",
    "linear, dm-0, PMEM_LINEAR, 137363456"
  })
  void findsTheHazardOn(String run, String name, Kind kind, long offsetBytes) throws IOException {
    BlockDevice device = device(run, name);
    assertEquals(kind, device.kind(), device::toString);
    assertEquals(offsetBytes, device.dataStartBytes() - device(run, "pmem0").dataStartBytes());
    Audit audit = Audit.of(Inputs.of(List.of(parent.resolve(run))));
    assertEquals(
        List.of("FreedWhilePinned", "ReusedWhilePinned"),
        audit.findings().stream().map(Finding::rule).toList());
    audit.findings().forEach(finding -> assertEquals(Certainty.CONFIRMED, finding.certainty()));
    assertEquals(List.of(), audit.verdict().reasons());
    assertEquals(Completeness.COMPLETE, audit.verdict().completeness());
  }

  @Test
  void saysWhatItCannotJoin() throws IOException {
    BlockDevice device = device("segments", "dm-0");
    assertFalse(device.joinable());
    assertEquals("device-mapper, and not one linear segment", device.obstacle());
    Audit audit = Audit.of(Inputs.of(List.of(parent.resolve("segments"))));
    assertEquals(Completeness.PARTIAL, audit.verdict().completeness());
    assertTrue(
        audit.verdict().reasons().stream().anyMatch(reason -> reason.contains(device.obstacle())),
        audit.verdict().reasons()::toString);
  }
}
