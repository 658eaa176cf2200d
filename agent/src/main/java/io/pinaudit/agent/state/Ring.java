package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.JdkInternals;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The queues of one io_uring as they lie in the memory of this process: what is submitted is read
 * just before the kernel takes it, what is complete after a call that may have waited for it.
 *
 * <p>Any thread. The program may use one submission queue on one thread at a time only.
 */
public final class Ring {
  /**
   * One of the two queues of a ring.
   *
   * @param tailAddress of the number of the next entry that will be put in
   * @param mask one less than the number of entries, which is a power of two
   * @param entryBytes from one entry to the next
   */
  public record Queue(long tailAddress, int mask, long entriesAddress, int entryBytes) {
    /** How many entries were ever put in, modulo 2<sup>32</sup>. */
    int tail() throws Throwable {
      return word(tailAddress);
    }

    /** The memory of an entry. */
    ByteBuffer entry(int index, int lengthBytes) throws Throwable {
      return JdkInternals.memory(entriesAddress + (long) (index & mask) * entryBytes, lengthBytes);
    }
  }

  /**
   * Where everything is.
   *
   * @param arrayAddress of the indices of the submitted entries; 0 if they are taken in order
   * @param polled whether a kernel thread takes entries without being called
   */
  public record Layout(
      int descriptor, Queue submissions, long arrayAddress, Queue completions, boolean polled) {}

  /** A completion: what the request was marked with, and its result or negative errno. */
  public record Completion(long userData, int result) {}

  /** The size of a file is being set by a request with this mark. */
  public record Cut(long userData, FileState before, long newSizeBytes) {}

  private final Layout layout;
  private final AtomicInteger submitted = new AtomicInteger();
  private final AtomicInteger completed = new AtomicInteger();
  // Replaced and never changed.
  private final AtomicReference<Endpoint[]> files = new AtomicReference<>(new Endpoint[0]);
  private final Map<Long, Cut> cuts = new ConcurrentHashMap<>();
  private final Map<Integer, BufferGroup> groups = new ConcurrentHashMap<>();
  private volatile boolean gone;

  Ring(Layout layout) {
    this.layout = layout;
  }

  public Layout layout() {
    return layout;
  }

  /** The entries that the next submission takes, at most so many. */
  public List<RingEntry> pending(long limit) throws Throwable {
    Queue queue = layout.submissions();
    int from = submitted.get();
    int count = queue.tail() - from;
    long room = Math.min(limit, queue.mask() + 1L);
    List<RingEntry> entries = new ArrayList<>();
    for (int i = 0; i < count && entries.size() < room; i++) {
      entries.add(RingEntry.read(queue.entry(index(from + i), IoUring.SQE_BYTES)));
    }
    return entries;
  }

  private int index(int number) throws Throwable {
    int index = number & layout.submissions().mask();
    return layout.arrayAddress() == 0
        ? index
        : word(layout.arrayAddress() + (long) index * Integer.BYTES);
  }

  /** The kernel has taken so many of them. */
  public void submitted(int count) {
    submitted.addAndGet(count);
  }

  /** The completions since the last call; each is returned to one caller only. */
  public List<Completion> completions() throws Throwable {
    Queue queue = layout.completions();
    int tail;
    int from;
    do {
      from = completed.get();
      tail = queue.tail();
      VarHandle.acquireFence();
    } while (!completed.compareAndSet(from, tail));
    if (tail - from > queue.mask() + 1) {
      throw new IllegalStateException(
          (tail - from) + " completions, of which some are overwritten");
    }
    List<Completion> completions = new ArrayList<>();
    for (int i = from; i != tail; i++) {
      ByteBuffer entry = queue.entry(i, IoUring.CQE_BYTES);
      if ((entry.getInt(IoUring.CQE_FLAGS) & IoUring.CQE_F_MORE) == 0) {
        completions.add(
            new Completion(entry.getLong(IoUring.CQE_USER_DATA), entry.getInt(IoUring.CQE_RES)));
      }
    }
    return completions;
  }

  /** The ring was closed, or its memory unmapped: its queues must not be read any more. */
  void leave() {
    gone = true;
  }

  /** Whether its queues must not be read any more. */
  public boolean isGone() {
    return gone;
  }

  /**
   * Remembers registered files.
   *
   * @param from the index of the first; what was registered from there on is replaced, or, at 0,
   *     all that was
   */
  public void register(int from, Endpoint... added) {
    Endpoint[] before;
    Endpoint[] after;
    do {
      before = files.get();
      int kept = from == 0 ? 0 : before.length;
      after = Arrays.copyOf(before, Math.max(kept, from + added.length));
      System.arraycopy(added, 0, after, from, added.length);
    } while (!files.compareAndSet(before, after));
  }

  /** A file is registered no longer, or is another one, which is not known. */
  public void forget(int index) {
    Endpoint[] before;
    Endpoint[] after;
    do {
      before = files.get();
      after = before.clone();
      after[index] = null;
    } while (!files.compareAndSet(before, after));
  }

  /** A registered file; null if it is not known. */
  public Endpoint file(int index) {
    Endpoint[] known = files.get();
    return index >= 0 && index < known.length ? known[index] : null;
  }

  /** A request that cuts a file is under way. */
  public void await(Cut cut) {
    cuts.put(cut.userData(), cut);
  }

  /** The request of this mark is complete; returns the cut that it was, or null. */
  public Cut done(long userData) {
    return cuts.isEmpty() ? null : cuts.remove(userData);
  }

  /** Buffers were provided under the number of a group. */
  public void provide(int group, BufferGroup buffers) {
    BufferGroup known = groups.get(group);
    groups.put(group, known == null ? buffers : known.and(buffers));
  }

  /** The buffers of a group; null if they are not known. */
  public BufferGroup group(int number) {
    return groups.get(number);
  }

  /** Whether this is the first time that a group is asked for that is not known. */
  public boolean isFirstOfUnknown(int number) {
    return groups.putIfAbsent(number, BufferGroup.TOLD) == null;
  }

  private static int word(long address) throws Throwable {
    return JdkInternals.memory(address, Integer.BYTES).getInt(0);
  }
}
