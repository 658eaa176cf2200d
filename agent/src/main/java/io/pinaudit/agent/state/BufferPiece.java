package io.pinaudit.agent.state;

import io.pinaudit.events.BufferEvent;

/**
 * A part of the buffer of one I/O: what of it lies in one mapping, or a buffer that lies in none.
 *
 * @param mapping the part of the mapping that the buffer covers; its file is unknown if it is none
 * @param positionBytes how many bytes of the I/O come before it
 */
public record BufferPiece(Mapping mapping, long positionBytes) {
  /** How much of this part was transferred when the I/O as a whole transferred so much. */
  public long transferredBytes(long resultBytes) {
    return resultBytes < 0
        ? resultBytes
        : Math.max(0, Math.min(mapping.lengthBytes(), resultBytes - positionBytes));
  }

  /** Fills in what an event says of its buffer. */
  public static void describe(BufferEvent event, Mapping buffer) {
    event.bufferAddress = buffer.address();
    event.lengthBytes = buffer.lengthBytes();
    event.bufferOffsetBytes = buffer.offsetBytes();
    event.bufferDeviceMajor = buffer.file().deviceMajor();
    event.bufferDeviceMinor = buffer.file().deviceMinor();
    event.bufferInode = buffer.file().inode();
    event.bufferPath = buffer.file().path();
  }
}
