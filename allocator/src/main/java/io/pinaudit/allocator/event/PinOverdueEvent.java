package io.pinaudit.allocator.event;

import jdk.jfr.Category;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.pinaudit.allocator.PinOverdue")
@Label("Pin Overdue")
@Description("A pin outlived its deadline, or held up a free, shrink or close for too long")
@Category({"pinaudit", "Allocator"})
@StackTrace(false)
public final class PinOverdueEvent extends Event {
  @Label("Owner")
  public String owner;

  @Label("Name")
  public String name;

  @Label("Holder")
  public String holder;

  @Label("Taken At")
  public String takenAt;
}
