package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.Places;
import io.pinaudit.allocator.hold.Trail;
import java.lang.foreign.MemorySegment;
import java.util.Objects;

/** A plain pin of an extent: a note in the {@link Trail} of the thread that took it holds. */
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
   * The note stays, under another number: there is no moment without a hold. Nothing here keeps
   * this object from being no object at all, if the compiler sees all of its life.
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

  /** Counted, with its place, before the note is taken away. */
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
