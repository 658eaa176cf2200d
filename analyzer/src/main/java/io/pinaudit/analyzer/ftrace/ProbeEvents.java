package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.analyzer.trace.TraceEvent.Mapped;
import io.pinaudit.analyzer.trace.TraceEvent.PinKind;
import io.pinaudit.probe.Meaning;

/** Turns the events of probes into trace events, by the meanings of the probes. */
final class ProbeEvents {
  /** {@code DAX_PMD} of fs/dax.c: the entry is that of a huge page. */
  private static final long DAX_PMD = 2;

  /** The same in an entry of a file's tree of pages, and how far its frame is shifted. */
  private static final long HUGE_ENTRY = DAX_PMD << 1;

  private static final int ENTRY_SHIFT = 5;
  private static final int HUGE_PAGES = 512;
  private static final long UNKNOWN_SIZE = -1;

  private final KernelLayout layout;
  private long vmemmapBase;

  ProbeEvents(KernelLayout layout) {
    this.layout = layout;
    this.vmemmapBase = layout.vmemmapBase();
  }

  /**
   * Returns the event of a probe with this meaning; null if the event has no meaning for the
   * analyzer.
   */
  TraceEvent read(Meaning meaning, Stamp stamp, EventFields fields) throws EventFields.Malformed {
    return switch (meaning) {
      case PIN_TAKEN -> pinTaken(stamp, fields);
      case PIN_DROPPED -> pinDropped(stamp, fields);
      case PAGE_IDLE -> new TraceEvent.PageIdle(stamp, pfn(fields));
      case BIO_FILLING -> new TraceEvent.BioFilling(stamp, fields.value(EventField.BIO));
      case BIO_FILLED -> new TraceEvent.BioFilled(stamp);
      case BIO_RELEASED -> new TraceEvent.BioReleased(stamp, fields.value(EventField.BIO));
      case PIPE_FILLED ->
          new TraceEvent.PipeFilled(stamp, folio(fields), fields.value(EventField.PIPE));
      case PIPE_RELEASED ->
          new TraceEvent.PipeReleased(
              stamp,
              folio(fields),
              fields.value(EventField.PIPE),
              (int) fields.valueOr(EventField.REFERENCES, 0),
              count(fields));
      case PAGE_MAPPED -> pageMapped(stamp, fields);
      case PAGE_LEFT -> pageLeft(stamp, fields);
      case PAGE_REMOVED ->
          new TraceEvent.PageRemovedFromCache(
              stamp,
              fields.probedFile(),
              fields.value(EventField.PAGE_OFFSET),
              FtraceEvents.pages(pfn(fields), 1),
              fields.value(EventField.MAPPING),
              mapped(fields));
      case LAYOUT_BREAK_STARTED ->
          new TraceEvent.LayoutBreakStarted(
              stamp, fields.has(EventField.INODE) ? fields.probedFile() : null, mapped(fields));
      case LAYOUT_BREAK_BLOCKED -> new TraceEvent.LayoutBreakBlocked(stamp, pfn(fields));
      case LAYOUT_BREAK_FINISHED ->
          new TraceEvent.LayoutBreakFinished(
              stamp,
              (int)
                  fields.value(
                      fields.has(EventField.RETURNED)
                          ? EventField.RETURNED
                          : EventField.PERF_RETURNED));
      case INODE_EVICTED ->
          new TraceEvent.InodeEvicted(
              stamp, fields.probedFile(), (int) fields.value(EventField.LINKS));
      case THREAD_STARTED -> threadStarted(stamp, fields);
      case FILE_CUT ->
          new TraceEvent.FileCut(
              stamp, fields.probedFile(), fields.valueOr(EventField.SIZE, UNKNOWN_SIZE));
    };
  }

  /**
   * Reads {@code tid=4711 level=1 tid1=17 tid2=0}: the thread's numbers in up to two nested
   * process-id namespaces.
   */
  private static TraceEvent threadStarted(Stamp stamp, EventFields fields)
      throws EventFields.Malformed {
    EventField own = fields.value(EventField.LEVEL) == 1 ? EventField.TID_1 : EventField.TID_2;
    return new TraceEvent.ThreadStarted(
        stamp, (int) fields.value(EventField.TID), (int) fields.value(own));
  }

  /**
   * Reads {@code mapped=0x0}: the root of the tree of all mappings of the file, in whatever
   * process.
   */
  private static Mapped mapped(EventFields fields) throws EventFields.Malformed {
    if (!fields.has(EventField.MAPPED)) {
      return Mapped.UNKNOWN;
    }
    return fields.value(EventField.MAPPED) == 0 ? Mapped.BY_NOBODY : Mapped.BY_SOMEBODY;
  }

  private static TraceEvent pageMapped(Stamp stamp, EventFields fields)
      throws EventFields.Malformed {
    boolean huge = (fields.valueOr(EventField.DAX, 0) & DAX_PMD) != 0;
    return new TraceEvent.PageMapped(
        stamp,
        FtraceEvents.pages(fields.value(EventField.FRAME) & ~(0xfL << 60), huge ? HUGE_PAGES : 1),
        fields.probedFile(),
        fields.value(EventField.PAGE_OFFSET));
  }

  /** {@code entry=0x904181 count=2 pgoff=12 ino=13 dev=271581184}. */
  private TraceEvent pageLeft(Stamp stamp, EventFields fields) throws EventFields.Malformed {
    long entry = fields.value(EventField.ENTRY);
    int pages = (entry & HUGE_ENTRY) != 0 ? HUGE_PAGES : 1;
    return new TraceEvent.PageLeft(
        stamp,
        FtraceEvents.pages(entry >>> ENTRY_SHIFT, pages),
        fields.probedFile(),
        fields.value(EventField.PAGE_OFFSET),
        fields.value(EventField.COUNT) - (long) pages * layout.idleCount(),
        KernelStack.operation(fields.asText().toString()));
  }

  private long pfn(EventFields fields) throws EventFields.Malformed {
    long base = fields.valueOr(EventField.VMEMMAP_BASE, vmemmapBase);
    if (layout.vmemmapBase() != 0 && base != layout.vmemmapBase()) {
      throw new EventFields.Malformed(EventField.VMEMMAP_BASE);
    }
    vmemmapBase = base;
    long pfn = layout.pfn(fields.value(EventField.PAGE), vmemmapBase);
    if (pfn < 0) {
      throw new EventFields.Malformed(EventField.PAGE);
    }
    return pfn;
  }

  /**
   * Reads a pin; returns null if the page was only looked up. An event without flags is that of a
   * pipe buffer that is shared, which adds one reference.
   */
  private TraceEvent pinTaken(Stamp stamp, EventFields fields) throws EventFields.Malformed {
    long flags = fields.valueOr(EventField.FLAGS, layout.follGet());
    PinKind kind = (flags & layout.follPin()) != 0 ? PinKind.PIN : PinKind.GET;
    return (flags & (layout.follPin() | layout.follGet())) == 0
        ? null
        : new TraceEvent.PinTaken(
            stamp,
            pfn(fields),
            (int) fields.value(EventField.REFERENCES),
            kind,
            count(fields),
            folio(fields),
            mapping(fields));
  }

  /**
   * Returns the first frame of the folio that a page of the page cache belongs to. {@code head=} is
   * the page struct's {@code compound_head}, which is odd in the tail pages of a folio. From 7.0 on
   * it is {@code compound_info}, which may hold a mask instead of the head's address. A head's
   * address never lies behind that of its tail, so a larger value is a mask.
   */
  private long folio(EventFields fields) throws EventFields.Malformed {
    long page = pfn(fields);
    long head = fields.valueOr(EventField.HEAD, 0);
    if ((head & 1) == 0) {
      return page;
    }
    long address = fields.value(EventField.PAGE);
    boolean mask = Long.compareUnsigned(head, address) > 0;
    long folio = layout.pfn(mask ? address & head - 1 : head - 1, vmemmapBase);
    if (folio < 0) {
      throw new EventFields.Malformed(EventField.HEAD);
    }
    return folio;
  }

  /**
   * Returns the address_space of a page; 0 if unknown. That of a tail page is in its head, which
   * only some kernels let a probe read.
   */
  private static long mapping(EventFields fields) throws EventFields.Malformed {
    boolean tail = (fields.valueOr(EventField.HEAD, 0) & 1) != 0;
    return fields.valueOr(tail ? EventField.HEAD_MAPPING : EventField.MAPPING, 0);
  }

  /**
   * Reads a dropped pin. {@code pins=} counts references of FOLL_PIN, unless flags say otherwise.
   */
  private TraceEvent pinDropped(Stamp stamp, EventFields fields) throws EventFields.Malformed {
    long flags = fields.valueOr(EventField.FLAGS, layout.follPin());
    PinKind kind = (flags & layout.follPin()) != 0 ? PinKind.PIN : PinKind.GET;
    int references =
        fields.has(EventField.PINS)
            ? (int) fields.value(EventField.PINS) * kind.weight()
            : (int) fields.value(EventField.REFERENCES);
    return new TraceEvent.PinDropped(stamp, folio(fields), references, count(fields));
  }

  /**
   * Returns the reference count on the scale of Linux up to 6.14: an idle page has 1, and mappings
   * do not count. {@code map=} is the number of mappings less one.
   */
  private int count(EventFields fields) throws EventFields.Malformed {
    return fields.has(EventField.COUNT)
        ? (int)
            (fields.value(EventField.COUNT)
                - fields.valueOr(EventField.MAP_COUNT, -1)
                - layout.idleCount())
        : -1;
  }
}
