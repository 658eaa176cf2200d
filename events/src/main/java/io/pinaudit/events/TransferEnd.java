package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/** The agent saw that an I/O is complete which had outlived the call that began it. */
@Name(TransferEnd.NAME)
@Label("Transfer End")
@Description("An I/O that outlived the call that began it was seen to be complete")
@Enabled
@StackTrace(false)
public final class TransferEnd extends TimedEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "TransferEnd";

  /** Makes an empty event: fill it, then commit it. */
  public TransferEnd() {}

  @Label("Request Id")
  @TransferEvent.RequestId
  public long requestId;

  @Label("Result")
  @DataAmount
  @Description("Bytes transferred; negative if the I/O failed")
  public long resultBytes;
}
