package io.pinaudit.events;

import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * A {@link BufferTransfer} without a stack, which takes longer than all else of the event. The I/O
 * was brief, ended with its call, and nothing was taken from a file meanwhile by this JVM; and its
 * thread had told the stack of such a call a moment before.
 */
@Name(BriefTransfer.NAME)
@Label("Brief Transfer")
@Description(
    "As Buffer Transfer, without a stack: of a short I/O, like others of its thread, during which"
        + " this JVM took nothing from a file")
@Enabled(false)
@StackTrace(false)
public final class BriefTransfer extends TransferEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "BriefTransfer";

  /** An empty event; fill it and commit it. */
  public BriefTransfer() {}
}
