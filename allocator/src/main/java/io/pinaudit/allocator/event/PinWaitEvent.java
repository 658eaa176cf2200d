package io.pinaudit.allocator.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.pinaudit.allocator.PinWait")
@Label("Wait for Pins")
@Description("A free, shrink or close waited for pins")
@Category({"pinaudit", "Allocator"})
@StackTrace(true)
public final class PinWaitEvent extends Event {
  @Label("What")
  public String what;

  @Label("In Vain")
  public boolean inVain;
}
