package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * Memory that no file is mapped into was freed while an asynchronous request was still using it:
 * the kernel may write into it, or read from it, when it belongs to somebody else.
 *
 * <p>One event a request. No other event tells of that request, unless its descriptor has O_DIRECT.
 * No event tells of memory that is freed when nothing uses it.
 */
@Name(MemoryFree.NAME)
@Label("Memory Free")
@Description("Memory of no file was freed while an asynchronous request was still using it")
@Enabled
@StackTrace(true)
public final class MemoryFree extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "MemoryFree";

  /** Makes an empty event: fill it, then commit it. */
  public MemoryFree() {}

  @Label("Address")
  @MemoryAddress
  @Description("Where the freed memory begins")
  public long address;

  @Label("Length")
  @DataAmount
  @Description("Length of the freed memory; -1 if unknown, as for free")
  public long lengthBytes = -1;

  @Label("Request Id")
  @TransferEvent.RequestId
  public long requestId;

  @Label("Request Operation")
  @Description("The request: io_uring read, io_submit pwrite, AsynchronousFileChannel.read")
  public String requestOperation;

  @Label("Request Address")
  @MemoryAddress
  public long requestAddress;

  @Label("Request Length")
  @DataAmount
  public long requestLengthBytes;

  @Label("Request Time")
  @Description("CLOCK_MONOTONIC nanoseconds before the request was submitted")
  public long requestNanos;

  @Label("Request Thread Id")
  @Description("Kernel thread that submitted it; -1 if unknown")
  public long requestThreadId;
}
