package io.pinaudit.samples.real;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.storage.internals.log.OffsetIndex;

/**
 * A fetch looks an offset up in Kafka's index while the log is truncated and its index trimmed.
 *
 * <p>Kafka 4.1.0 cuts the index file while it is mapped, and lookups take no lock on Linux: one
 * that has begun before reads a page that is gone (KAFKA-19390). Kafka 4.1.1 unmaps first, under a
 * lock that lookups take as well. The class path decides which of the two runs.
 */
public final class KafkaIndex {
  private static final int INDEX_BYTES = 1 << 20;
  private static final int ENTRIES = 20_000;
  private static final int MOST_SEGMENTS = 40;
  // More than processors, so that some are always interrupted in a lookup.
  private static final int FETCHERS = 8;

  private KafkaIndex() {}

  /** Runs the program; the package describes the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Folder folder = Folder.of(args);
    List<OffsetIndex> segments = new CopyOnWriteArrayList<>();
    AtomicReference<InternalError> fault = new AtomicReference<>();
    for (int i = 0; i < FETCHERS; i++) {
      Thread.ofPlatform().daemon().start(() -> fetch(segments, fault));
    }
    for (int i = 0; i < MOST_SEGMENTS && fault.get() == null; i++) {
      OffsetIndex index = new OffsetIndex(folder.file(i + ".index").toFile(), 0, INDEX_BYTES);
      for (int entry = 1; entry <= ENTRIES; entry++) {
        index.append(entry, entry);
      }
      segments.add(index);
      Thread.sleep(FETCHERS);
      index.truncate();
      index.trimToValidSize();
    }
    System.out.println(
        "truth: " + (fault.get() == null ? "no lookup faulted" : "a lookup faulted"));
    System.exit(0);
  }

  private static void fetch(List<OffsetIndex> segments, AtomicReference<InternalError> fault) {
    while (fault.get() == null) {
      try {
        if (!segments.isEmpty()) {
          segments.getLast().lookup(ENTRIES - 1);
        }
      } catch (InternalError e) {
        fault.set(e);
      }
    }
  }
}
