package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceEvent.PinKind;

/**
 * One taking of references on one page. The ledger marks it lent and dropped; everything else stays
 * as it was.
 *
 * <p>Confined to the thread that feeds the timeline.
 */
public final class Pin {
  private final TraceEvent.PinTaken event;
  private final Actor holder;
  private final JavaCall mapping;
  private int references;
  private long keeper;
  private boolean inBio;
  private boolean releaseSeen;
  private boolean ambiguous;
  private Stamp dropped;

  Pin(TraceEvent.PinTaken event, Actor holder, JavaCall mapping) {
    this.event = event;
    this.holder = holder;
    this.mapping = mapping;
    this.references = event.references();
  }

  /** The page frame. */
  public long pfn() {
    return event.pfn();
  }

  /**
   * Whether it may live on a page of the page cache that is being removed. Not if the page was in
   * another file's cache when it was pinned. And a reference that only counts as one, and that
   * nothing is known to hold, is dropped where no probe is: it may live only if calls of its kind
   * leave some behind.
   */
  public boolean mayLiveIn(long cache) {
    boolean elsewhere = cache != 0 && event.mapping() != 0 && event.mapping() != cache;
    boolean seen = event.mapping() == 0 || kind() == PinKind.PIN || traced();
    return !elsewhere && (seen || asynchronous() || holder.does().lends());
  }

  /** First page frame of its folio, by which it is told. */
  long folio() {
    return event.folio();
  }

  /** When it was taken. */
  public Stamp taken() {
    return event.stamp();
  }

  /** Who took it. */
  public Actor holder() {
    return holder;
  }

  /** The call that had mapped the memory; null if unknown. */
  public JavaCall mapping() {
    return mapping;
  }

  /** When its last reference was dropped; null while it lives, and if it never was. */
  public Stamp dropped() {
    return dropped;
  }

  /**
   * Whether a drop may have been this pin's or another's of the same page, so that either may live.
   */
  public boolean ambiguous() {
    return ambiguous;
  }

  /** Whether the I/O that it is for goes on after the system call that began it. */
  boolean asynchronous() {
    boolean worker = event.stamp().task().startsWith("iou-");
    return worker || holder.does().keeper() == Operation.Keeper.REQUEST;
  }

  /** Whether a JVM tells by a request of its own when the I/O has ended. */
  boolean endIsTold() {
    return holder.call() != null
        && holder.call().effect() instanceof JavaCall.Transferred transfer
        && transfer.requestId() != 0;
  }

  PinKind kind() {
    return event.kind();
  }

  /** Address of the pipe or the bio that holds the reference; 0 if none was seen to. */
  long keeper() {
    return keeper;
  }

  /** Whether it is known what holds it, and so where it is dropped. */
  boolean traced() {
    return keeper != 0;
  }

  /** Whether a bio holds the reference, or held it. */
  public boolean inBio() {
    return inBio;
  }

  /** Whether the bio was seen to release it, which is more than that it must have gone. */
  boolean releaseSeen() {
    return releaseSeen;
  }

  int references() {
    return references;
  }

  /** What it adds to the page's reference count. */
  int weight() {
    return references * kind().weight();
  }

  void heldByPipe(long pipe) {
    keeper = pipe;
  }

  void heldByBio(long bio) {
    keeper = bio;
    inBio = true;
  }

  void releasedByBio() {
    releaseSeen = true;
  }

  void doubt() {
    ambiguous = true;
  }

  void drop(int count, Stamp when) {
    references -= count;
    if (references <= 0) {
      dropped = when;
    }
  }
}
