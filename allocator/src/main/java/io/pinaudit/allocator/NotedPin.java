package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.Places;
import io.pinaudit.allocator.hold.Trail;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/**
 * A plain pin of an extent, which is held by a note in the {@link Trail} of the thread that took
 * it.
 */
final class NotedPin extends Pin {
  private final long[] note;
  private final long sequence;

  NotedPin(Lease lease, long[] note, long sequence) {
    super(lease);
    this.note = note;
    this.sequence = sequence;
  }

  @Override
  MemorySegment memory() {
    return lease.memory();
  }

  /**
   * {@inheritDoc}
   *
   * <p>The note stays, under another number, so that the storage is held at every moment. The code
   * is such that the compiler can leave out this object if it sees all of its life.
   */
  @Override
  public Pin detach() {
    Lease its = lease;
    long next = sequence + 1;
    if (its.holders().samples() || Trail.isWornOut(sequence)) {
      return counted(its, note, sequence);
    }
    if (!Trail.renew(note, sequence)) {
      throw closed(its);
    }
    return new NotedPin(its, note, next);
  }

  /** Returns a counted pin with its place; only then takes the note away. */
  private static Pin counted(Lease lease, long[] note, long sequence) {
    CountedPin.Details place = new CountedPin.Details(Places.here(), null);
    CountedPin pin = new NotedPin(lease, note, sequence).shared(place);
    if (!Trail.end(note, sequence)) {
      pin.close();
      throw closed(lease);
    }
    return pin;
  }

  @Override
  public Pin share() {
    return shared(lease.holders().sampledPlace());
  }

  private CountedPin shared(CountedPin.Details details) {
    if (!isOpen()) {
      throw closed(lease);
    }
    PinPolicy policy = lease.holders().policy();
    lease.acquireAgain(policy.pinUnit);
    CountedPin pin = new CountedPin(lease, policy, name(), memory(), details);
    if (!isOpen()) {
      lease.release(policy.pinUnit);
      throw closed(lease);
    }
    lease.holders().add(pin);
    return pin;
  }

  @Override
  public void filled(long lengthBytes) {
    Objects.checkFromIndexSize(0, lengthBytes, memory().byteSize());
  }

  @Override
  public void close() {
    if (Trail.end(note, sequence)) {
      lease.unnoted();
    }
  }

  @Override
  public boolean isOpen() {
    return Trail.isOpen(note, sequence);
  }

  @Override
  public String name() {
    return lease.holders().nameOf(note);
  }
}
