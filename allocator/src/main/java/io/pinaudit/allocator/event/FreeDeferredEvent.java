package io.pinaudit.allocator.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.pinaudit.allocator.FreeDeferred")
@Label("Free Deferred")
@Description("A free that pins hold up was left to the last of them")
@Category({"pinaudit", "Allocator"})
@StackTrace(true)
public final class FreeDeferredEvent extends Event {
  @Label("Extent")
  public String extent;

  @Label("Pins")
  public long pins;
}
