package io.pinaudit.agent.state;

import io.pinaudit.events.MappingEvent;

/**
 * A range of memory that is a range of a file.
 *
 * @param file the file, as stat(2) gave it when it was mapped
 * @param mapped the size and identity of the file, as later looks found them
 */
public record Mapping(
    long address, long lengthBytes, long offsetBytes, FileState file, MappedFile mapped) {
  /** Makes a mapping of a file to which the kernel's maps give the same identity as stat(2). */
  public Mapping(long address, long lengthBytes, long offsetBytes, FileState file) {
    this(address, lengthBytes, offsetBytes, file, new MappedFile(file, file));
  }

  /** Returns a range of memory whose file does not matter, or is not known. */
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

  /** Sets the fields of an event that describe the place and the file of a mapping. */
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

  /** Returns the same range of the same file at another address, or of another length. */
  public Mapping moved(long newAddress, long newLengthBytes) {
    return new Mapping(newAddress, newLengthBytes, offsetBytes, file, mapped);
  }

  /** Returns the part of this mapping that lies in a range of addresses that overlaps it. */
  Mapping clip(long fromAddress, long toAddress) {
    long from = Math.max(address, fromAddress);
    long to = Math.min(endAddress(), toAddress);
    return new Mapping(from, to - from, offsetBytes + (from - address), file, mapped);
  }
}
