package io.pinaudit.lab.guest;

import io.pinaudit.cli.UsageException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The machine that QEMU emulates.
 *
 * @param acceleration what executes its instructions
 * @param cpus virtual CPUs
 * @param memoryMib its memory; persistent memory of kind RAW is a part of it
 * @param slowDiskIops requests a second that the slow disk serves
 * @param pmem how it gets its persistent memory
 * @param pmemFile for kind NVDIMM, the file of this machine that holds the persistent memory, so
 *     that the next guest finds what this one wrote; it is created if it does not exist
 */
public record GuestHardware(
    Acceleration acceleration,
    int cpus,
    int memoryMib,
    int slowDiskIops,
    Pmem pmem,
    Optional<Path> pmemFile) {
  private static final Range MEMORY = new Range("memory", 2048, 64 * 1024, " MiB");
  private static final Range CPUS = new Range("cpus", 1, 64, "");
  private static final Range SLOW_DISK = new Range("slow disk", 1, 1_000_000, " requests a second");

  private record Range(String name, int least, int most, String unit) {
    void require(int value) {
      if (value < least || value > most) {
        throw new UsageException(
            "lab: " + name + " " + value + " outside [" + least + ", " + most + "]" + unit);
      }
    }
  }

  /** Two CPUs, 3 GiB, one slow request a second. */
  public static final GuestHardware DEFAULT =
      new GuestHardware(Acceleration.TCG, 2, 3072, 1, Pmem.RAW, Optional.empty());

  public GuestHardware {
    MEMORY.require(memoryMib);
    CPUS.require(cpus);
    SLOW_DISK.require(slowDiskIops);
    if (pmemFile.isPresent() && pmem != Pmem.NVDIMM) {
      throw new UsageException("lab: persistent memory in a file has to be of kind nvdimm");
    }
    pmemFile = pmemFile.map(file -> file.toAbsolutePath().normalize());
  }

  /** Returns the same machine with another persistent memory. */
  public GuestHardware withPmem(Pmem other) {
    return new GuestHardware(acceleration, cpus, memoryMib, slowDiskIops, other, Optional.empty());
  }

  /** Returns the same machine with an NVDIMM that is kept in a file. */
  public GuestHardware withPmemFile(Path file) {
    return new GuestHardware(
        acceleration, cpus, memoryMib, slowDiskIops, Pmem.NVDIMM, Optional.of(file));
  }
}
