package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.Places;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A pin that its lease counts, and that is in its owner's {@link Roster} for as long as it is open:
 * whoever takes it out there is who has to release the lease. 56 bytes of heap.
 */
final class CountedPin extends Pin {
  /** Without a deadline, or told of already. */
  static final long NEVER = Long.MAX_VALUE;

  /**
   * What few pins have.
   *
   * @param takenAt its own place; null if that was not taken
   * @param copy null unless the policy is COPY
   */
  record Details(Throwable takenAt, CopyOfRange copy) {}

  private final PinPolicy policy;
  private final String name;
  private final Thread thread = Thread.currentThread();
  private final MemorySegment memory;

  /** Null if there are none. */
  private final Details details;

  /** Where it is in its roster; written by the thread that adds it, before anybody else has it. */
  CountedPin[] slots;

  int slot;

  /** When it is overdue, on the clock of {@link Overdue}; written under its monitor later on. */
  long dueNanos = NEVER;

  CountedPin(Lease lease, PinPolicy policy, String name, MemorySegment memory, Details details) {
    super(lease);
    this.policy = policy;
    this.name = name;
    this.memory = memory;
    this.details = details;
  }

  @Override
  MemorySegment memory() {
    return memory;
  }

  private CopyOfRange copy() {
    return details == null ? null : details.copy;
  }

  /** Whether it holds a copy, and not the storage. */
  boolean isCopy() {
    return copy() != null;
  }

  @Override
  public Pin detach() {
    CountedPin pin = another(lease.holders().sampledPlace());
    pin.dueNanos = dueNanos;
    if (!Roster.replace(this, pin)) {
      throw closed(lease);
    }
    return pin;
  }

  @Override
  public Pin share() {
    if (!isOpen()) {
      throw closed(lease);
    }
    Holders holders = lease.holders();
    lease.acquireAgain(policy.pinUnit);
    CountedPin pin = another(holders.sampledPlace());
    if (!isOpen() || (isCopy() && !copy().share())) {
      lease.release(policy.pinUnit);
      throw closed(lease);
    }
    holders.add(pin);
    return pin;
  }

  private CountedPin another(Details sampled) {
    Details its = sampled == null ? details : new Details(sampled.takenAt, copy());
    return new CountedPin(lease, policy, name, memory, its);
  }

  @Override
  public void filled(long lengthBytes) {
    Objects.checkFromIndexSize(0, lengthBytes, memory.byteSize());
    if (isCopy()) {
      copy().filled(lengthBytes);
    }
  }

  @Override
  public void close() {
    if (Roster.remove(this)) {
      try {
        if (isCopy()) {
          copy().close(lease);
        }
      } finally {
        lease.release(policy.pinUnit);
      }
    }
  }

  @Override
  public boolean isOpen() {
    return Roster.has(this);
  }

  @Override
  public String name() {
    return name;
  }

  /** What is known of it; its own place, or else where a pin of its name was first taken. */
  PinReport report() {
    boolean exact = details != null && details.takenAt != null;
    return new PinReport(
        lease.describe(),
        name,
        thread.getName(),
        exact ? Places.frames(details.takenAt) : lease.holders().placeOf(name),
        exact);
  }
}
