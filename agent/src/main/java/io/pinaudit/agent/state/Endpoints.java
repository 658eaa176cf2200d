package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.jdk.Kernel;
import java.io.FileDescriptor;
import java.lang.ref.WeakReference;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Finds what the descriptors of this process stand for. The answer is remembered for descriptors
 * that Java objects own, because such an object never gets another file.
 *
 * <p>Safe for any thread; takes no lock.
 */
public final class Endpoints {
  private static final int SLOTS = 4096; // a power of two; by number of the descriptor

  private record Known(
      WeakReference<FileDescriptor> descriptor, int number, int names, Endpoint endpoint) {}

  private final AtomicReferenceArray<Known> known = new AtomicReferenceArray<>(SLOTS);
  // Counts up when this process renames a file: paths may be old then.
  private final AtomicInteger names = new AtomicInteger();
  private final Kernel kernel;

  Endpoints(Kernel kernel) {
    this.kernel = kernel;
  }

  /** Notes that a file was renamed. */
  public void namesChanged() {
    names.incrementAndGet();
  }

  /**
   * Returns what an open descriptor stands for; the size and the number of links of the file may be
   * out of date.
   */
  public Endpoint of(FileDescriptor descriptor) {
    int number = JdkInternals.number(descriptor);
    if (number < 0) {
      return Endpoint.UNKNOWN;
    }
    int slot = number & (SLOTS - 1);
    Known last = known.get(slot);
    int now = names.get();
    if (last != null
        && last.number == number
        && last.names == now
        && last.descriptor.refersTo(descriptor)) {
      return last.endpoint;
    }
    Endpoint endpoint = of(number);
    known.set(slot, new Known(new WeakReference<>(descriptor), number, now, endpoint));
    return endpoint;
  }

  /** Returns what a descriptor stands for now. */
  public Endpoint of(int number) {
    FileState file = FileState.ofDescriptor(number);
    return new Endpoint(file, file.isStorage() && kernel.isDirect(number));
  }

  /** Returns whether a descriptor is known to have O_DIRECT; asks the kernel for nothing else. */
  public boolean mayBeDirect(int number) {
    return kernel.isDirect(number);
  }
}
