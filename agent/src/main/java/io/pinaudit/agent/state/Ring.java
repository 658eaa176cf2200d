package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.stand.RingOperation;
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
 * Reads the queues of one io_uring in the memory of this process. Submitted entries are read just
 * before the kernel takes them; completions are read after a call that may have waited for them.
 *
 * <p>Safe for any thread. The program may use one submission queue on one thread at a time only.
 */
public final class Ring {
  /**
   * One of the two queues of a ring.
   *
   * @param tailAddress address of the number of the next entry that will be put in
   * @param mask one less than the number of entries, which is a power of two
   * @param entryBytes distance from one entry to the next
   */
  public record Queue(long tailAddress, int mask, long entriesAddress, int entryBytes) {
    /** Returns how many entries were ever put in, modulo 2<sup>32</sup>. */
    int tail() throws Throwable {
      return word(tailAddress);
    }

    /** Returns the memory of an entry. */
    ByteBuffer entry(int index, int lengthBytes) throws Throwable {
      return JdkInternals.memory(entriesAddress + (long) (index & mask) * entryBytes, lengthBytes);
    }
  }

  /**
   * The addresses of the parts of a ring.
   *
   * @param arrayAddress address of the indices of the submitted entries; 0 if entries are taken in
   *     order
   * @param polled whether a kernel thread takes entries without being called
   */
  public record Layout(
      int descriptor, Queue submissions, long arrayAddress, Queue completions, boolean polled) {}

  /** A completion: the mark of the request, and its result or negative errno. */
  public record Completion(long userData, int result) {}

  /** A cut under way: a request with this mark sets the size of a file. */
  public record Cut(RingOperation by, long userData, FileState before, long newSizeBytes) {}

  private final Layout layout;
  private final AtomicInteger submitted = new AtomicInteger();
  // Replaced and never changed.
  private final AtomicReference<Endpoint[]> files = new AtomicReference<>(new Endpoint[0]);
  private final Map<Long, Cut> cuts = new ConcurrentHashMap<>();
  private final Map<Long, List<Long>> silent = new ConcurrentHashMap<>();
  private final Map<Integer, BufferGroup> groups = new ConcurrentHashMap<>();
  private int completed;
  private volatile boolean gone;

  Ring(Layout layout) {
    this.layout = layout;
  }

  public Layout layout() {
    return layout;
  }

  /** Returns the entries that the next submission takes, at most {@code limit}. */
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

  /** Notes that the kernel has taken {@code count} of the entries. */
  public void submitted(int count) {
    submitted.addAndGet(count);
  }

  /**
   * Returns the completions since the last call; each is returned to one caller only. A thread that
   * is about to unmap the ring waits meanwhile: the memory must not go while it is read.
   */
  public synchronized List<Completion> completions() throws Throwable {
    if (gone) {
      return List.of();
    }
    Queue queue = layout.completions();
    int from = completed;
    int tail = queue.tail();
    VarHandle.acquireFence();
    if (tail - from > queue.mask() + 1) {
      throw new IllegalStateException(
          (tail - from) + " completions, of which some are overwritten");
    }
    completed = tail;
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

  /**
   * Notes that the ring was closed, or its memory unmapped, so that its queues must not be read any
   * more.
   */
  public synchronized void leave() {
    gone = true;
  }

  /** Returns whether the ring's queues must not be read any more. */
  public boolean isGone() {
    return gone;
  }

  /**
   * Remembers registered files.
   *
   * @param from the index of the first file; the added files replace those that were registered at
   *     their indices or, if {@code from} is 0, all registered files
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

  /** Notes that a file is no longer registered, or was replaced by an unknown one. */
  public void forget(int index) {
    Endpoint[] before;
    Endpoint[] after;
    do {
      before = files.get();
      after = before.clone();
      after[index] = null;
    } while (!files.compareAndSet(before, after));
  }

  /** Returns a registered file; null if it is not known. */
  public Endpoint file(int index) {
    Endpoint[] known = files.get();
    return index >= 0 && index < known.length ? known[index] : null;
  }

  /** Notes that a request that cuts a file is under way. */
  public void await(Cut cut) {
    cuts.put(cut.userData(), cut);
  }

  /** Notes that the request of this mark is complete; returns the cut that it was, or null. */
  public Cut done(long userData) {
    return cuts.isEmpty() ? null : cuts.remove(userData);
  }

  /**
   * Notes that a request will have no completion of its own if it succeeds.
   *
   * @param userData its mark
   * @param teller mark of the request whose completion then tells that both are complete
   */
  public void isSilent(long userData, long teller) {
    List<Long> told = new ArrayList<>(silent.getOrDefault(teller, List.of()));
    told.add(userData);
    silent.put(teller, told);
  }

  /** Notes a completion; returns the marks of all requests that are complete by it. */
  public List<Long> completeBy(long userData) {
    List<Long> others = silent.isEmpty() ? null : silent.remove(userData);
    if (others == null) {
      return List.of(userData);
    }
    List<Long> all = new ArrayList<>(others);
    all.add(userData);
    return all;
  }

  /** Notes that buffers were provided under the number of a group. */
  public void provide(int group, BufferGroup buffers) {
    BufferGroup known = groups.get(group);
    groups.put(group, known == null ? buffers : known.and(buffers));
  }

  /** Returns the buffers of a group; null if they are not known. */
  public BufferGroup group(int number) {
    return groups.get(number);
  }

  /** Returns whether this is the first call for this group, if the group is not known. */
  public boolean isFirstOfUnknown(int number) {
    return groups.putIfAbsent(number, BufferGroup.TOLD) == null;
  }

  private static int word(long address) throws Throwable {
    return JdkInternals.memory(address, Integer.BYTES).getInt(0);
  }
}
