package io.pinaudit.agent.state;

import io.pinaudit.events.BufferEvent;

/**
 * A part of the buffer of one I/O: the part that lies in one mapping, or a buffer that lies in
 * none.
 *
 * @param mapping the part of the mapping that the buffer covers; its file is unknown if the buffer
 *     lies in no mapping
 * @param positionBytes how many bytes of the I/O come before this part
 */
public record BufferPiece(Mapping mapping, long positionBytes) {
  /**
   * Returns how many bytes of this part were transferred when the whole I/O transferred {@code
   * resultBytes}.
   */
  public long transferredBytes(long resultBytes) {
    return resultBytes < 0
        ? resultBytes
        : Math.max(0, Math.min(mapping.lengthBytes(), resultBytes - positionBytes));
  }

  /** Sets the fields of an event that describe the buffer. */
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
