package io.pinaudit.allocator.event;

import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

@Name("io.pinaudit.allocator.LogRewrite")
@Label("Extent Map Rewrite")
@Description(
    "The log of the extent map was begun anew with a copy of all extents, beside the old log")
@Category({"pinaudit", "Allocator"})
@StackTrace(false)
public final class LogRewriteEvent extends Event {
  @Label("Pool")
  public String pool;

  @Label("Extents")
  public long extents;

  @Label("Bytes")
  @DataAmount
  public long bytes;

  @Label("Waited For")
  @Description("Whether an operation of the pool had to wait for the whole copy")
  public boolean waited;
}
