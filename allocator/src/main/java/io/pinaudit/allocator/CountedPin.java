package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.CopyOfRange;
import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.hold.Places;
import io.pinaudit.allocator.hold.Roster;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A pin that its lease counts. It is in its owner's {@link Roster} for as long as it is open, and
 * whoever takes it out of the roster releases the lease. 56 bytes of heap.
 */
final class CountedPin extends Pin implements Roster.Entry {
  /** The pin has no deadline, or was reported already. */
  static final long NEVER = Long.MAX_VALUE;

  /**
   * What only a few pins have.
   *
   * @param takenAt the stack on which the pin was taken; null if it was not recorded
   * @param copy the memory that the I/O uses; null unless the policy is COPY
   */
  record Details(Throwable takenAt, CopyOfRange copy) {}

  private final PinPolicy policy;
  private final String name;
  private final Thread thread = Thread.currentThread();
  private final MemorySegment memory;

  /** Null for most pins. */
  private final Details details;

  private Roster.Entry[] slots;
  private int slot;

  /**
   * When the pin is overdue, on the clock of {@link Overdue}, which later writes it under its
   * monitor.
   */
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

  @Override
  public boolean isCopy() {
    return copy() != null;
  }

  @Override
  public Roster.Entry[] slots() {
    return slots;
  }

  @Override
  public int slot() {
    return slot;
  }

  @Override
  public void place(Roster.Entry[] itsSlots, int itsSlot) {
    slots = itsSlots;
    slot = itsSlot;
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
          closeCopy(copy());
        }
      } finally {
        lease.release(policy.pinUnit);
      }
    }
  }

  /**
   * Ends this pin's use of the copy. The last user writes the copy back, unless the extent was
   * freed: its storage may have a new owner.
   */
  private void closeCopy(CopyOfRange copy) {
    if (!copy.leave()) {
      return;
    }
    if (copy.hasToBeWrittenBack() && lease.acquireForWriteBack()) {
      try {
        copy.writeBack();
      } finally {
        lease.release(LeaseState.DEFER_PIN);
      }
    }
    copy.end();
  }

  @Override
  public boolean isOpen() {
    return Roster.has(this);
  }

  @Override
  public String name() {
    return name;
  }

  /** Reports the place of this pin if it was recorded, else that of the first pin of its name. */
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
