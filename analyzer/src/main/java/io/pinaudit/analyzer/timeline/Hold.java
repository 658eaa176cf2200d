package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Stamp;

/**
 * Memory that a JVM handed to the kernel or to a device, as the agent tells. A hold stands for a
 * pin where the recording lacks the kernel's events.
 *
 * <p>Confined to the thread that feeds the timeline.
 */
public final class Hold {
  private final JavaCall call;
  private final JavaCall mapping;
  private final Extent extent;
  private final Kind kind;
  private Stamp ended;

  /** The event that ends a hold. */
  public enum Kind {
    /** The hold ends when the call returns. */
    CALL,
    /** The hold ends when the request is seen to be complete. */
    REQUEST,
    /** The hold ends when some process has read the pipe, which the agent does not see. */
    PIPE,
    /** The hold ends when the program ends the registration, or declares the end. */
    DECLARED
  }

  /**
   * The memory and the file of the I/O.
   *
   * @param buffer file whose mapping holds the memory; null if unknown
   * @param bufferRange where the memory lies in its file; offset -1 if unknown
   * @param address address of the memory
   * @param storage file on the other end; null if unknown
   * @param storageOffset offset in the file on the other end, in bytes; -1 if unknown
   * @param references whether the kernel takes references on the pages; otherwise it copies
   */
  private record Extent(
      FileId buffer,
      ByteRange bufferRange,
      long address,
      FileId storage,
      long storageOffset,
      boolean references) {}

  private Hold(JavaCall call, JavaCall mapping, Extent extent, Kind kind) {
    this.call = call;
    this.mapping = mapping;
    this.extent = extent;
    this.kind = kind;
  }

  /**
   * Returns the hold of a call that hands memory to the kernel; null if the call hands over none,
   * or failed.
   *
   * @param mapping the call that mapped the memory; null if unknown
   */
  static Hold of(JavaCall call, JavaCall mapping) {
    return call.error() != null
        ? null
        : switch (call.effect()) {
          case JavaCall.Transferred transfer -> transferred(call, mapping, transfer);
          case JavaCall.Pinned pin ->
              new Hold(
                  call,
                  mapping,
                  new Extent(pin.buffer().id(), pin.bufferRange(), pin.address(), null, -1, true),
                  Kind.DECLARED);
          case JavaCall.Maps _, JavaCall.TakesAway _, JavaCall.GivesBack _, JavaCall.Harmless _ ->
              null;
        };
  }

  private static Hold transferred(JavaCall call, JavaCall mapping, JavaCall.Transferred transfer) {
    boolean pipe = call.operation().keeper() == Operation.Keeper.PIPE;
    return new Hold(
        call,
        mapping,
        new Extent(
            transfer.buffer().id(),
            transfer.bufferRange(),
            transfer.address(),
            transfer.storage().id(),
            transfer.storageOffset(),
            transfer.direct() || pipe),
        pipe ? Kind.PIPE : transfer.requestId() != 0 ? Kind.REQUEST : Kind.CALL);
  }

  /** Returns the call that handed the memory over. */
  public JavaCall call() {
    return call;
  }

  /** Returns the call that mapped the memory; null if unknown. */
  public JavaCall mapping() {
    return mapping;
  }

  /** Returns which event ends the hold. */
  public Kind kind() {
    return kind;
  }

  /** Returns whether the end cannot be seen: the agent does not see who reads a pipe. */
  public boolean endUnseen() {
    return kind == Kind.PIPE;
  }

  /** Returns the file whose mapping holds the memory; null if unknown. */
  public FileId buffer() {
    return extent.buffer();
  }

  /** Returns where the memory lies in its file; the offset is -1 if unknown. */
  public ByteRange bufferRange() {
    return extent.bufferRange();
  }

  /** Returns the addresses of the memory. */
  public ByteRange addresses() {
    return new ByteRange(extent.address(), extent.bufferRange().length());
  }

  /** Returns the file on the other end of the I/O; null if unknown. */
  public FileId storage() {
    return extent.storage();
  }

  /** Returns the bytes of the file on the other end; the offset is -1 if unknown. */
  public ByteRange storageRange() {
    return new ByteRange(extent.storageOffset(), extent.bufferRange().length());
  }

  /**
   * Returns whether the kernel takes references on the pages; a buffered transfer copies instead.
   */
  public boolean takesReferences() {
    return extent.references();
  }

  /**
   * Returns whether the held memory meets a range of its file; it may if its place is not known.
   */
  boolean mayMeet(ByteRange range) {
    ByteRange held = extent.bufferRange();
    return held.offset() < 0 || held.offset() < range.end() && range.offset() < held.end();
  }

  /** Returns whether the held memory meets a range of addresses of the same JVM. */
  boolean meets(String process, JavaCall.Unmapped range) {
    return call.process().equals(process)
        && extent.address() < range.address() + range.length()
        && range.address() < extent.address() + extent.bufferRange().length();
  }

  /** Returns whether the held memory meets the addresses that a call unmaps. */
  public boolean meets(JavaCall unmapping) {
    return unmapping.effect() instanceof JavaCall.Unmapped range
        && meets(unmapping.process(), range);
  }

  /**
   * Returns when the hold was seen to end; null while the hold lasts, and if its end cannot be
   * seen.
   */
  public Stamp ended() {
    return ended;
  }

  /**
   * Returns whether the hold lived when a call began: on another thread, or beyond its own call.
   */
  public boolean overlapsStartOf(JavaCall other) {
    return overlaps(other.started());
  }

  /**
   * Returns whether the hold lived at a moment of another thread, or of any thread if the hold
   * lives beyond its own call.
   */
  public boolean overlaps(Stamp moment) {
    boolean elsewhere = kind != Kind.CALL || call.started().tid() != moment.tid();
    return elsewhere
        && call.started().nanos() < moment.nanos()
        && (ended == null || ended.nanos() > moment.nanos());
  }

  /** Returns whether the hold still lived after a time in nanoseconds. */
  public boolean outlives(long nanos) {
    return ended == null || ended.nanos() > nanos;
  }

  void end(Stamp stamp) {
    ended = stamp;
  }
}
