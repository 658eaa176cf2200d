package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A call handed memory to the kernel as the buffer of an I/O. The memory is that of a mapped file,
 * or any memory if the storage endpoint was opened with O_DIRECT.
 */
@Name(BufferTransfer.NAME)
@Label("Buffer Transfer")
@Description(
    "Memory of a mapped file, or any memory for O_DIRECT, was handed to the kernel as the buffer of"
        + " an I/O")
@Enabled
@StackTrace(true)
public final class BufferTransfer extends TransferEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "BufferTransfer";

  /** Makes an empty event: fill it, then commit it. */
  public BufferTransfer() {}
}
