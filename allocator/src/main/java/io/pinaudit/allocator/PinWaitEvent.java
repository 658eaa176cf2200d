package io.pinaudit.allocator;

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
final class PinWaitEvent extends Event {
  @Label("What")
  String what;

  @Label("In Vain")
  boolean inVain;
}
