package io.pinaudit.cli.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.cli.doctor.Check.State;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.Mount;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DoctorTest {
  private static final KernelTrial.Hazards HAZARDS = new KernelTrial.Hazards(true, "tracefs");

  private static final DeviceNumber PMEM = new DeviceNumber(259, 0);

  @ParameterizedTest
  @CsvSource({
    "1.8.0_402, NOTE, cannot be audited",
    "11.0.2, NOTE, cannot be audited",
    "17.0.15, OK, can be audited",
    "25, NOTE, JDK-8377811",
    "25-ea, NOTE, JDK-8377811",
    "25.0.2, NOTE, JDK-8377811",
    "25.0.3, OK, can be audited",
    "25.0.10, OK, can be audited",
    "26, OK, can be audited"
  })
  void knowsWhichJdksCanBeAudited(String version, State state, String text) {
    Check check = JdkSection.check(version, Path.of("/jdk"));
    assertEquals(state, check.state(), check::text);
    assertTrue(check.text().contains(text), check::text);
  }

  @ParameterizedTest
  @CsvSource({
    "6.1.0-38-amd64, true, frees pinned blocks",
    "6.14.9, true, frees pinned blocks",
    "6.15.0, true, waits for pins by itself",
    "7.2.12+deb14-amd64, true, waits for pins by itself",
    "6.1.0-38-amd64, false, no file system is mounted with DAX",
    "rolling, true, is not known"
  })
  void tellsWhatAGuardCanDo(String kernel, boolean dax, String text) {
    Mount mount = new Mount("/mnt/dax", "ext4", PMEM, dax, 4096, null);
    Check keep = new GuardSection(kernel, List.of(mount)).checks().get(1);
    assertTrue(keep.text().contains(text), keep::text);
  }

  private static BlockDevice device(String obstacle) {
    return obstacle == null
        ? new BlockDevice("pmem0", PMEM, BlockDevice.Kind.PMEM_RAW, 1L << 30, 1L << 29, null)
        : new BlockDevice("dm-0", PMEM, BlockDevice.Kind.OTHER, -1, 1L << 29, obstacle);
  }

  private static List<State> storage(BlockDevice device, Mount... mounts) {
    return new StorageSection(List.of(device), List.of(mounts))
        .checks().stream().map(Check::state).toList();
  }

  @Test
  void tellsADaxMountThatCannotBeJoined() {
    Mount dax = new Mount("/mnt/dax", "ext4", PMEM, true, 4096, null);
    assertEquals(List.of(State.OK, State.OK), storage(device(null), dax));
    assertEquals(List.of(State.MISSING), storage(device("two segments"), dax));
    Mount plain = new Mount("/mnt/dax", "ext4", PMEM, false, 0, null);
    assertEquals(List.of(State.OK, State.NOTE, State.NOTE), storage(device(null), plain));
    assertEquals(List.of(State.NOTE), storage(device("no persistent memory"), plain));
  }

  private static KernelSide kernel(KernelSide.ProbeState... probes) {
    return new KernelSide(
        "", null, "linux-6.1", Map.of(), 1, 64, 4096, List.of(probes), List.of(), 0, true);
  }

  private static Check rule(KernelTrial trial, String name, boolean dax) {
    Mount mount = new Mount("/mnt/dax", "ext4", PMEM, dax, 4096, null);
    BlockDevice device = dax ? device(null) : device("no persistent memory");
    return new RuleSection(trial, List.of(device), List.of(mount))
        .checks().stream().filter(check -> check.text().startsWith(name)).findFirst().orElseThrow();
  }

  @Test
  void namesTheEvidenceThatARuleLacks() {
    KernelTrial all =
        new KernelTrial(
            Optional.of(
                kernel(
                    new KernelSide.ProbeState("a", "pins", null, 0),
                    new KernelSide.ProbeState("b", "waits", null, 0),
                    new KernelSide.ProbeState("c", "drops", null, 0),
                    new KernelSide.ProbeState("d", "frees", "no such function", 0))),
            "",
            HAZARDS);
    assertEquals(State.OK, rule(all, "TruncateStalledByPin", true).state());
    Check freed = rule(all, "FreedWhilePinned", true);
    assertEquals(State.MISSING, freed.state());
    assertTrue(freed.text().contains("frees"), freed::text);
  }

  @Test
  void knowsThatWithoutDaxTheCallsOfTheJvmAreEnough() {
    KernelTrial none = new KernelTrial(Optional.empty(), "not root", HAZARDS);
    for (String name : List.of("FreedWhilePinned", "ReusedWhilePinned", "OrphanedWhilePinned")) {
      assertEquals(State.OK, rule(none, name, false).state(), name);
    }
    assertEquals(State.MISSING, rule(none, "ReusedWhilePinned", true).state());
  }

  private static List<String> advice(KernelTrial trial, boolean dax, boolean root) {
    Mount mount = new Mount("/mnt/dax", "ext4", PMEM, dax, 4096, null);
    BlockDevice device = dax ? device(null) : device("no persistent memory");
    RuleSection rules = new RuleSection(trial, List.of(device), List.of(mount));
    return new Advice(rules.outlooks(), trial, root).lines();
  }

  @Test
  void saysInAFewLinesWhatCanBeAuditedAndWhatHelps() {
    KernelTrial none = new KernelTrial(Optional.empty(), "not root", HAZARDS);
    List<String> plain = advice(none, false, false);
    assertTrue(plain.getFirst().startsWith("you can audit here: "), plain::toString);
    assertTrue(plain.contains("do: pinaudit record -o run -- COMMAND"), plain::toString);
    assertTrue(plain.stream().noneMatch(line -> line.startsWith("missing")), plain::toString);
    List<String> dax = advice(none, true, false);
    assertTrue(dax.contains("missing: the kernel's side: not root"), dax::toString);
    assertTrue(dax.contains("do: sudo pinaudit record -o run -- COMMAND"), dax::toString);
    List<String> locked =
        advice(new KernelTrial(Optional.empty(), "locked down", HAZARDS), true, true);
    assertTrue(locked.stream().anyMatch(line -> line.startsWith("do: pinaudit lab ")));
    for (List<String> lines : List.of(plain, dax, locked)) {
      assertTrue(lines.size() <= 8, lines::toString);
    }
  }

  @Test
  void readsWhatBecameOfTheHooks() {
    List<Check> checks =
        HookSection.checks(
            List.of(
                "pinaudit agent: hook \"FileChannel.map\" installed, 1 methods",
                "pinaudit agent: hook \"JNA\" awaited, 0 methods (no class yet)",
                "pinaudit agent: hook \"Linker\" absent, 0 methods (needs JDK 22)",
                "pinaudit agent: hook \"unmap\" failed, 0 methods (java.lang.VerifyError)",
                "something else"));
    assertEquals(
        List.of(State.OK, State.OK, State.NOTE, State.MISSING),
        checks.stream().map(Check::state).toList());
    assertTrue(checks.get(2).text().endsWith("needs JDK 22"), checks::toString);
  }
}
