package io.pinaudit.lab;

import io.pinaudit.analyzer.cli.UsageException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** How the guest gets its persistent memory, which becomes {@code /dev/pmem0}. */
public enum Pmem {
  /** A range of its memory that the kernel's command line declares persistent; used as it is. */
  RAW,
  /** Two such ranges; the other becomes {@code /dev/pmem1} and gets no file system. */
  TWO_RAW,
  /** An NVDIMM in ACPI's tables, put into fsdax mode: page structs precede the data. */
  NVDIMM;

  /** Where the range of {@link #RAW} starts. */
  private static final int START_MIB = 1024;

  /** Its size: xfs wants at least 300 MiB. */
  static final int SIZE_MIB = 512;

  /** Where the other one of {@link #TWO_RAW} starts: what adjoins is taken for one. */
  private static final int OTHER_START_MIB = START_MIB + SIZE_MIB + 64;

  /** What the kernel's command line has to say. */
  List<String> kernelArguments() {
    return switch (this) {
      case RAW -> List.of(rangeFrom(START_MIB));
      case TWO_RAW -> List.of(rangeFrom(START_MIB), rangeFrom(OTHER_START_MIB));
      case NVDIMM -> List.of();
    };
  }

  private static String rangeFrom(int startMib) {
    return "memmap=" + SIZE_MIB + "M!" + startMib + "M";
  }

  /**
   * QEMU's options for a guest with that much memory besides an NVDIMM.
   *
   * @param file what the NVDIMM is kept in, if it is to outlive the guest
   */
  List<String> qemuOptions(int memoryMib, Optional<Path> file) {
    return switch (this) {
      case RAW, TWO_RAW -> List.of("-m", memoryMib + "M");
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

  /** Its name on the command line. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The kind with that label. */
  static Pmem named(String label) {
    for (Pmem pmem : values()) {
      if (pmem.label().equals(label)) {
        return pmem;
      }
    }
    throw new UsageException(
        "lab: unknown persistent memory '" + label + "': raw, two-raw or nvdimm");
  }
}
