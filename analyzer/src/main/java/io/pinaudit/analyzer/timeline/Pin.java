package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent.PinKind;

/**
 * One taking of references on one page. The ledger marks it dropped; everything else stays as it
 * was.
 *
 * <p>Confined to the thread that feeds the timeline.
 */
public final class Pin {
  private final long pfn;
  private final PinKind kind;
  private final Stamp taken;
  private final Actor holder;
  private int references;
  private boolean shared;
  private Stamp dropped;

  Pin(long pfn, PinKind kind, int references, Stamp taken, Actor holder, boolean shared) {
    this.pfn = pfn;
    this.kind = kind;
    this.references = references;
    this.taken = taken;
    this.holder = holder;
    this.shared = shared;
  }

  /** The page frame. */
  public long pfn() {
    return pfn;
  }

  /** How it is counted. */
  public PinKind kind() {
    return kind;
  }

  /** When it was taken. */
  public Stamp taken() {
    return taken;
  }

  /** Who took it. */
  public Actor holder() {
    return holder;
  }

  /** When its last reference was dropped; null while it lives, and if it never was. */
  public Stamp dropped() {
    return dropped;
  }

  /** Whether others had the page pinned too, so that which drop belongs to which pin is a guess. */
  public boolean shared() {
    return shared;
  }

  /** What it adds to the page's reference count. */
  int weight() {
    return references * kind.weight();
  }

  /** Another reference on the page was seen while this one lived. */
  void share() {
    shared = true;
  }

  int references() {
    return references;
  }

  void dropReferences(int count, Stamp when) {
    references -= count;
    if (references <= 0) {
      dropped = when;
    }
  }
}
