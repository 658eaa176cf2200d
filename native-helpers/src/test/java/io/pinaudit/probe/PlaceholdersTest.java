package io.pinaudit.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinaudit.linux.Btf;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.DeviceNumber;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlaceholdersTest {
  private static BlockDevice device(String name, long startBytes, long sizeBytes) {
    return new BlockDevice(
        name,
        new DeviceNumber(259, 0),
        startBytes < 0 ? BlockDevice.Kind.OTHER : BlockDevice.Kind.PMEM_RAW,
        startBytes,
        sizeBytes,
        null);
  }

  @Test
  void tellsDisksFromTheirParts() {
    List<BlockDevice> devices =
        List.of(
            device("dm-0", 100, 300),
            device("pmem0p1", 100, 300),
            device("pmem0", 100, 900),
            device("pmem0p2", 400, 600),
            device("pmem1", 2000, 10),
            device("vda", -1, 5000));
    assertEquals(
        List.of("pmem0", "pmem1"),
        new Placeholders(null, Map.of(), 0, devices, true, Set.of())
            .largest().stream().map(BlockDevice::name).toList());
  }

  @Test
  void filtersByTheDevicesWhoseBlocksArePageFrames() {
    Placeholders placeholders =
        new Placeholders(
            null,
            Map.of("FOLL_GET", 4L),
            0x1000_0000L,
            List.of(device("pmem0", 1 << 20, 8192)),
            true,
            Set.of());
    assertEquals(
        "((page >= 0x10004000 && page < 0x10004080)) && flags & 4 && dev == 271581184",
        placeholders.filter("({dax pages}) && flags & {FOLL_GET} && {dax devices}"));
    assertEquals(
        "(page < 0x10004000 || page >= 0x10004080) && flags & 16",
        placeholders.filter("{other pages} && flags & {bit FOLL_GET}"));
  }

  @Test
  void leavesNothingOutWhereItIsNotKnownWhatIsMappedWithDax() {
    Placeholders unknown =
        new Placeholders(null, Map.of(), 0x1000_0000L, List.of(), true, Set.of());
    assertEquals(
        "page != 0, page == 0, dev != 0",
        unknown.filter("{dax pages}, {other pages}, {dax devices}"));
    Placeholders none = new Placeholders(null, Map.of(), 0x1000_0000L, List.of(), false, Set.of());
    assertEquals(
        "page == 0, page != 0, dev == 0", none.filter("{dax pages}, {other pages}, {dax devices}"));
  }

  @Test
  void leavesOutTheFileSystemsThatTellOfCuts() {
    Set<DeviceNumber> told = Set.of(new DeviceNumber(8, 1));
    assertEquals(
        "s_dev != 8388609 && index < 64",
        new Placeholders(null, Map.of(), 0, List.of(), false, told)
            .filter("{untold devices} && index < 64"));
    assertEquals(
        "s_dev != 0",
        new Placeholders(null, Map.of(), 0, List.of(), false, Set.of()).filter("{untold devices}"));
  }

  @Test
  void addsToTheOffsetOfAMember() throws IOException {
    Btf btf = Btf.ofKernelOrNull();
    assumeTrue(btf != null, "this kernel has no BTF");
    Placeholders placeholders = new Placeholders(btf, Map.of(), 0, List.of(), false, Set.of());
    long numbers = Long.parseLong(placeholders.arguments("{pid.numbers}"));
    assertEquals(
        "tid=+" + (numbers + 16) + "($arg1)",
        placeholders.arguments("tid=+{pid.numbers+16}($arg1)"));
  }

  @Test
  void readsNoVariableWhoseValueIsKnown() {
    String arguments = "page=$arg1:x64 vb=@vmemmap_base:x64 refs=$arg2:s32";
    assertEquals(
        "page=$arg1:x64 vb=\\0xffffea0000000000:x64 refs=$arg2:s32",
        of(0xffff_ea00_0000_0000L).withConstants(arguments));
    assertEquals(arguments, of(0).withConstants(arguments));
  }

  private static Placeholders of(long vmemmapBase) {
    return new Placeholders(null, Map.of(), vmemmapBase, List.of(), false, Set.of());
  }
}
