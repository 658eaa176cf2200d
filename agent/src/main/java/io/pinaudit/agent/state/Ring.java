package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.JdkInternals;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The queues of one io_uring as they lie in the memory of this process: what is submitted is read
 * just before the kernel takes it, what is complete after a call that may have waited for it.
 *
 * <p>Any thread. The program may use one submission queue on one thread at a time only.
 */
public final class Ring {
  private static final int COMPLETION_BYTES = 16; // struct io_uring_cqe, linux/io_uring.h
  private static final int MORE = 2; // IORING_CQE_F_MORE

  /**
   * Where everything is.
   *
   * @param arrayAddress of the indices of the entries; 0 if they are taken in order
   * @param polled whether a kernel thread takes entries without being called
   */
  public record Layout(
      int descriptor,
      long tailAddress,
      int mask,
      long arrayAddress,
      long entriesAddress,
      int entryBytes,
      long completionTailAddress,
      int completionMask,
      long completionsAddress,
      int completionBytes,
      boolean polled) {}

  /** A completion: what the request was marked with, and its result or negative errno. */
  public record Completion(long userData, int result) {}

  private final Layout layout;
  private final AtomicInteger submitted = new AtomicInteger();
  private final AtomicInteger completed = new AtomicInteger();
  private volatile int[] files = {};

  Ring(Layout layout) {
    this.layout = layout;
  }

  public Layout layout() {
    return layout;
  }

  /** The entries that the next submission takes, at most so many. */
  public List<RingEntry> pending(long limit) throws Throwable {
    int from = submitted.get();
    int count = word(layout.tailAddress()) - from;
    long room = Math.min(limit, layout.mask() + 1L);
    List<RingEntry> entries = new ArrayList<>();
    for (int i = 0; i < count && entries.size() < room; i++) {
      int index = (from + i) & layout.mask();
      if (layout.arrayAddress() != 0) {
        index = word(layout.arrayAddress() + (long) index * Integer.BYTES) & layout.mask();
      }
      entries.add(
          RingEntry.read(
              JdkInternals.memory(
                  layout.entriesAddress() + (long) index * layout.entryBytes(), RingEntry.BYTES)));
    }
    return entries;
  }

  /** The kernel has taken so many of them. */
  public void submitted(int count) {
    submitted.addAndGet(count);
  }

  /** The completions since the last call; each is returned to one caller only. */
  public List<Completion> completions() throws Throwable {
    int tail;
    int from;
    do {
      from = completed.get();
      tail = word(layout.completionTailAddress());
      VarHandle.acquireFence();
    } while (!completed.compareAndSet(from, tail));
    if (tail - from > layout.completionMask() + 1) {
      throw new IllegalStateException(
          (tail - from) + " completions, of which some are overwritten");
    }
    List<Completion> completions = new ArrayList<>();
    for (int i = from; i != tail; i++) {
      int index = i & layout.completionMask();
      long address = layout.completionsAddress() + (long) index * layout.completionBytes();
      ByteBuffer entry = JdkInternals.memory(address, COMPLETION_BYTES);
      if ((entry.getInt(12) & MORE) == 0) {
        completions.add(new Completion(entry.getLong(0), entry.getInt(8)));
      }
    }
    return completions;
  }

  /** Remembers the registered files, by index. */
  public void register(int[] descriptors) {
    files = descriptors;
  }

  /** The descriptor of a registered file; −1 if it is not known. */
  public int file(int index) {
    int[] known = files;
    return index >= 0 && index < known.length ? known[index] : -1;
  }

  private static int word(long address) throws Throwable {
    return JdkInternals.memory(address, Integer.BYTES).getInt(0);
  }
}
