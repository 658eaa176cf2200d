package io.pinaudit.allocator;

import io.pinaudit.allocator.storage.Medium;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/** Notes what is written and forced. */
final class RecordingMedium implements Medium {
  sealed interface Event {}

  @SuppressWarnings("ArrayRecordComponent")
  record Write(long offset, byte[] bytes) implements Event {}

  record Force(long offset, long length) implements Event {}

  private final Medium storage;
  private final List<Event> events;

  RecordingMedium(Medium storage, List<Event> events) {
    this.storage = storage;
    this.events = events;
  }

  static List<Event> events() {
    return new ArrayList<>();
  }

  @Override
  public void write(long offset, MemorySegment bytes) {
    events.add(new Write(offset, bytes.toArray(ValueLayout.JAVA_BYTE)));
    storage.write(offset, bytes);
  }

  @Override
  public void force(long offset, long length) {
    // Not passed on: what the real file would keep is not the question.
    events.add(new Force(offset, length));
  }
}
