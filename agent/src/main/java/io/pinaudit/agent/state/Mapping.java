package io.pinaudit.agent.state;

import io.pinaudit.events.MappingEvent;

/**
 * A range of memory that is a range of a file.
 *
 * @param file as stat(2) told it when it was mapped
 * @param mapped what is known of it since
 */
public record Mapping(
    long address, long lengthBytes, long offsetBytes, FileState file, MappedFile mapped) {
  /** A mapping of a file that the kernel has under the same identity as stat(2). */
  public Mapping(long address, long lengthBytes, long offsetBytes, FileState file) {
    this(address, lengthBytes, offsetBytes, file, new MappedFile(file, file));
  }

  /** A range of memory of which it does not matter, or is not known, what it is mapped from. */
  public static Mapping ofNoFile(long address, long lengthBytes) {
    return new Mapping(address, lengthBytes, -1, FileState.UNKNOWN, MappedFile.NONE);
  }

  // Written out, because the first use of a record's own links code at run time: too much for the
  // thread of the JVM that unmaps when memory is exhausted.
  @Override
  public boolean equals(Object other) {
    return this == other
        || other instanceof Mapping that
            && address == that.address
            && lengthBytes == that.lengthBytes
            && offsetBytes == that.offsetBytes
            && file.equals(that.file);
  }

  @Override
  public int hashCode() {
    return Long.hashCode(address);
  }

  /** Fills in what an event says of a mapping: where it is, and of which file. */
  public void describe(MappingEvent event) {
    file.describe(event);
    event.address = address;
    event.lengthBytes = lengthBytes;
    event.offsetBytes = offsetBytes;
    FileState identity = mapped.identity();
    event.mappedDeviceMajor = identity.deviceMajor();
    event.mappedDeviceMinor = identity.deviceMinor();
    event.mappedInode = identity.inode();
  }

  long endAddress() {
    return address + lengthBytes;
  }

  /** The same range of the same file at another place, or of another length. */
  public Mapping moved(long newAddress, long newLengthBytes) {
    return new Mapping(newAddress, newLengthBytes, offsetBytes, file, mapped);
  }

  /** The part of this mapping that lies in a range of addresses that overlaps it. */
  Mapping clip(long fromAddress, long toAddress) {
    long from = Math.max(address, fromAddress);
    long to = Math.min(endAddress(), toAddress);
    return new Mapping(from, to - from, offsetBytes + (from - address), file, mapped);
  }
}
