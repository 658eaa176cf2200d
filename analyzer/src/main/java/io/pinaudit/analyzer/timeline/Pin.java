package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceEvent.PinKind;

/**
 * References on one page that one event of the kernel took. Only the ledger changes a pin: it marks
 * the pin as lent and as dropped.
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

  /** Returns the number of the page frame. */
  public long pfn() {
    return event.pfn();
  }

  /**
   * Returns whether the pin may live on a page of the page cache that is being removed.
   *
   * <p>It cannot if the page was in another file's cache when it was pinned. A reference that only
   * counts as one, and that no bio or pipe is known to hold, is dropped where there is no probe;
   * such a pin may live only if calls of its kind leave references behind.
   */
  public boolean mayLiveIn(long cache) {
    boolean elsewhere = cache != 0 && event.mapping() != 0 && event.mapping() != cache;
    boolean seen = event.mapping() == 0 || kind() == PinKind.PIN || traced();
    return !elsewhere && (seen || asynchronous() || holder.does().lends());
  }

  /** Returns the first page frame of the page's folio, by which the kernel's events name it. */
  long folio() {
    return event.folio();
  }

  /** Returns when the pin was taken. */
  public Stamp taken() {
    return event.stamp();
  }

  /** Returns who took the pin. */
  public Actor holder() {
    return holder;
  }

  /** Returns the call that had mapped the memory; null if unknown. */
  public JavaCall mapping() {
    return mapping;
  }

  /**
   * Returns when the pin's last reference was dropped; null while the pin lives, and if it was
   * never dropped.
   */
  public Stamp dropped() {
    return dropped;
  }

  /**
   * Returns whether a drop may have been this pin's or another's of the same page, so that either
   * may live.
   */
  public boolean ambiguous() {
    return ambiguous;
  }

  /** Returns whether the pin's I/O goes on after the system call that began the I/O. */
  boolean asynchronous() {
    boolean worker = event.stamp().task().startsWith("iou-");
    return worker || holder.does().keeper() == Operation.Keeper.REQUEST;
  }

  /** Returns whether a JVM's agent tells the end of the I/O by the end of a request. */
  boolean endIsTold() {
    return holder.call() != null
        && holder.call().effect() instanceof JavaCall.Transferred transfer
        && transfer.requestId() != 0;
  }

  PinKind kind() {
    return event.kind();
  }

  /**
   * Returns the address of the pipe or bio that holds the reference; 0 if none was seen to hold it.
   */
  long keeper() {
    return keeper;
  }

  /**
   * Returns whether it is known which bio or pipe holds the reference, and so where the reference
   * is dropped.
   */
  boolean traced() {
    return keeper != 0;
  }

  /** Returns whether a bio holds the reference, or held it. */
  public boolean inBio() {
    return inBio;
  }

  /**
   * Returns whether the bio was seen to release the reference; otherwise the release is only
   * inferred.
   */
  boolean releaseSeen() {
    return releaseSeen;
  }

  int references() {
    return references;
  }

  /** Returns what the pin adds to the page's reference count. */
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
