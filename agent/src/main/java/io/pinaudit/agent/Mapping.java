package io.pinaudit.agent;

/** A range of memory that is a range of a file. */
record Mapping(long address, long lengthBytes, long offsetBytes, FileState file) {

  long endAddress() {
    return address + lengthBytes;
  }

  /** The part of this mapping that lies in a range of addresses that overlaps it. */
  Mapping clip(long fromAddress, long toAddress) {
    long from = Math.max(address, fromAddress);
    long to = Math.min(endAddress(), toAddress);
    return new Mapping(from, to - from, offsetBytes + (from - address), file);
  }
}
