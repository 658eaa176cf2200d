package io.pinaudit.events;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.MetadataDefinition;
import jdk.jfr.Name;
import jdk.jfr.Relational;
import jdk.jfr.StackTrace;

/**
 * A call pinned memory until a later call unpins it: it registered the memory with a device or a
 * ring, or declared it pinned.
 */
@Name(MemoryPin.NAME)
@Label("Memory Pin")
@Description(
    "Memory was pinned until further notice: registered with a device or a ring, or declared so")
@Enabled
@StackTrace(true)
public final class MemoryPin extends BufferEvent {
  /** Marks a field whose number links the events of one pin. */
  @MetadataDefinition
  @Relational
  @Name("pinaudit.PinId")
  @Label("Pin Id")
  @Retention(RetentionPolicy.RUNTIME)
  @Target(ElementType.FIELD)
  public @interface PinId {}

  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "MemoryPin";

  /** Makes an empty event: fill it, then commit it. */
  public MemoryPin() {}

  @Label("Pin Id")
  @PinId
  public long pinId;

  @Label("Long Term")
  @Description("Whether the pin is meant to last: FOLL_LONGTERM of the kernel")
  public boolean longTerm;

  @Label("Holder")
  @Description("What holds the pin: io_uring:[fd], ibv_mr, or the name that the program gave it")
  public String holder;
}
