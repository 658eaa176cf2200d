package io.pinaudit.lab.guest;

import io.pinaudit.cli.UsageException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the guest gets its persistent memory, which becomes {@code /dev/pmem0}. */
public enum Pmem {
  /**
   * A range of the guest's memory that the kernel's command line declares persistent; used without
   * a namespace.
   */
  RAW,
  /**
   * Four such ranges; the second to fourth become {@code /dev/pmem1} to 3 and get no file system.
   */
  FOUR_RAW,
  /** An NVDIMM in ACPI's tables, put into fsdax mode: page structs precede the data. */
  NVDIMM;

  /** Where the range of {@link #RAW} starts. */
  private static final int START_MIB = 1024;

  /** The size of the range; xfs needs at least 300 MiB. */
  static final int SIZE_MIB = 512;

  /** The gap between the ranges of {@link #FOUR_RAW}: the kernel takes adjoining ranges for one. */
  private static final int GAP_MIB = 64;

  /** The sizes of the ranges of {@link #FOUR_RAW}; the last is for a small ext4. */
  private static final List<Integer> FOUR_SIZES_MIB = List.of(SIZE_MIB, SIZE_MIB, 320, 64);

  /** Returns what the kernel's command line must contain. */
  List<String> kernelArguments() {
    return switch (this) {
      case RAW -> ranges(List.of(SIZE_MIB));
      case FOUR_RAW -> ranges(FOUR_SIZES_MIB);
      case NVDIMM -> List.of();
    };
  }

  private static List<String> ranges(List<Integer> sizesMib) {
    List<String> ranges = new ArrayList<>();
    int startMib = START_MIB;
    for (int sizeMib : sizesMib) {
      ranges.add("memmap=" + sizeMib + "M!" + startMib + "M");
      startMib += sizeMib + GAP_MIB;
    }
    return ranges;
  }

  /**
   * Returns QEMU's options for a guest with so much memory besides an NVDIMM.
   *
   * @param file the file that keeps the NVDIMM, if it must outlive the guest
   */
  List<String> qemuOptions(int memoryMib, Optional<Path> file) {
    return switch (this) {
      case RAW, FOUR_RAW -> List.of("-m", memoryMib + "M");
      case NVDIMM ->
          List.of(
              "-m",
              "%dM,slots=1,maxmem=%dM".formatted(memoryMib, memoryMib + 2 * SIZE_MIB),
              "-machine",
              "nvdimm=on",
              "-object",
              file.map(Pmem::backend).orElse("memory-backend-ram")
                  + ",id=pmem,size="
                  + SIZE_MIB
                  + "M",
              "-device",
              "nvdimm,memdev=pmem");
    };
  }

  private static String backend(Path file) {
    return "memory-backend-file,share=on,mem-path=" + QemuCommand.escape(file);
  }

  /** Returns its name on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the kind with a label. */
  public static Pmem named(String label) {
    for (Pmem pmem : values()) {
      if (pmem.label().equals(label)) {
        return pmem;
      }
    }
    throw new UsageException(
        "lab: unknown persistent memory '" + label + "': raw, four-raw or nvdimm");
  }
}
