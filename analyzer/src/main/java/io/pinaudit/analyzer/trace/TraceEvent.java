package io.pinaudit.analyzer.trace;

import io.pinaudit.run.Marks;

/** Everything that happens in a run, on both sides, in CLOCK_MONOTONIC. */
public sealed interface TraceEvent {
  /** When, who, and where it was read. */
  Stamp stamp();

  /** The file that it is about; null if it is about none, or the call knows. */
  default FileId file() {
    return null;
  }

  /** What an agent tells. */
  sealed interface CallEvent extends TraceEvent {
    /** The hooked call. */
    JavaCall call();
  }

  /** What a kernel's trace tells. */
  sealed interface KernelEvent extends TraceEvent {}

  /** Blocks of a file's device change hands. */
  sealed interface BlockEvent extends KernelEvent {
    /** Whose they were, or are from now on. */
    @Override
    FileId file();

    /** Which blocks. */
    PageRange blocks();
  }

  /** A truncate or punch waits until no page of its file is busy. */
  sealed interface LayoutBreak extends KernelEvent {}

  /** Tells in which system call a thread is, and nothing else. */
  sealed interface SyscallEvent extends KernelEvent {}

  /**
   * A hooked call begins; what the kernel does on this thread until it ends, it does for the call.
   */
  record CallStarted(Stamp stamp, JavaCall call) implements CallEvent {}

  /** A hooked call has ended. */
  record CallFinished(Stamp stamp, JavaCall call) implements CallEvent {}

  /**
   * References on a page were taken for I/O.
   *
   * @param pfn page frame number
   * @param references how many
   * @param kind how they are counted
   * @param countBefore the page's reference count before; -1 if unknown
   * @param folio first page frame of the folio that the page is in, by which drops and removals of
   *     the page cache are told; else the page itself
   * @param mapping of the page cache, told if the page is in it; else 0
   */
  record PinTaken(
      Stamp stamp,
      long pfn,
      int references,
      PinKind kind,
      int countBefore,
      long folio,
      long mapping)
      implements KernelEvent {
    /** Of a page that is not known to be in the page cache. */
    public PinTaken(Stamp stamp, long pfn, int references, PinKind kind, int countBefore) {
      this(stamp, pfn, references, kind, countBefore, pfn, 0);
    }
  }

  /**
   * References on a page were dropped.
   *
   * @param references how many, in units of the page's reference count
   * @param countBefore the page's reference count before; -1 if unknown
   */
  record PinDropped(Stamp stamp, long pfn, int references, int countBefore)
      implements KernelEvent {}

  /** A page has no reference left, and so no pin. */
  record PageIdle(Stamp stamp, long pfn) implements KernelEvent {}

  /**
   * The thread put a page that it has pinned into a pipe, which holds the reference from now on.
   */
  record PipeFilled(Stamp stamp, long pfn, long pipe) implements KernelEvent {}

  /**
   * A pipe is about to drop its reference on a page.
   *
   * @param references how many it drops; 0 if that is told by an event of its own
   * @param countBefore the page's reference count before; -1 if unknown
   */
  record PipeReleased(Stamp stamp, long pfn, long pipe, int references, int countBefore)
      implements KernelEvent {}

  /** The thread begins to fill a bio: the pages that it pins now are the bio's. */
  record BioFilling(Stamp stamp, long bio) implements KernelEvent {}

  /** The thread's bio is filled. */
  record BioFilled(Stamp stamp) implements KernelEvent {}

  /** A bio, complete, drops its references on all its pages. */
  record BioReleased(Stamp stamp, long bio) implements KernelEvent {}

  /** Pages became the memory of a file's pages: one, or all those of a huge page. */
  record PageMapped(Stamp stamp, PageRange frames, FileId file, long pageOffset)
      implements KernelEvent {}

  /**
   * Pages left a file's page cache; whoever still holds them holds orphans.
   *
   * @param frames at least the first of the folio
   * @param mapping that they were in, as in {@link PinTaken}; 0 if unknown
   * @param mapped whether any process had the file mapped at that moment
   */
  record PageRemovedFromCache(
      Stamp stamp, FileId file, long pageOffset, PageRange frames, long mapping, Mapped mapped)
      implements KernelEvent {
    /** Where it is not known whether anybody had the file mapped. */
    public PageRemovedFromCache(
        Stamp stamp, FileId file, long pageOffset, PageRange frames, long mapping) {
      this(stamp, file, pageOffset, frames, mapping, Mapped.UNKNOWN);
    }
  }

  /**
   * A truncate or punch begins to break layouts: it waits here if a page of the file is busy.
   *
   * @param mapped whether any process had the file mapped at that moment
   */
  record LayoutBreakStarted(Stamp stamp, FileId file, Mapped mapped) implements LayoutBreak {
    /** Where it is not known whether anybody had the file mapped. */
    public LayoutBreakStarted(Stamp stamp, FileId file) {
      this(stamp, file, Mapped.UNKNOWN);
    }
  }

  /** The layout break of this thread waits for this page. */
  record LayoutBreakBlocked(Stamp stamp, long pfn) implements LayoutBreak {}

  /** The layout break of this thread is over; the result is negative if it was interrupted. */
  record LayoutBreakFinished(Stamp stamp, int result) implements LayoutBreak {}

  /** Blocks went back to the file system's free space. */
  record BlocksFreed(Stamp stamp, FileId file, PageRange blocks) implements BlockEvent {}

  /** The blocks behind a range of a file, told while they are being removed from it. */
  record ExtentRemoved(Stamp stamp, FileId file, long pageOffset, PageRange blocks)
      implements BlockEvent {}

  /** Free blocks were given to a file. */
  record BlocksAllocated(Stamp stamp, FileId file, long pageOffset, PageRange blocks)
      implements BlockEvent {}

  /**
   * A file has these blocks from now on; some or all of them it may have had before.
   *
   * @param isNew whether an extent of its own was made of them, rather than one grown or shrunk to
   *     them
   */
  record ExtentMapped(Stamp stamp, FileId file, long pageOffset, PageRange blocks, boolean isNew)
      implements BlockEvent {}

  /** The last user of an inode is gone; without links it is deleted. */
  record InodeEvicted(Stamp stamp, FileId file, int links) implements KernelEvent {}

  /** A system call begins. */
  record SyscallEntered(Stamp stamp, Operation syscall) implements SyscallEvent {
    /** Of a system call of this name. */
    public SyscallEntered(Stamp stamp, String name) {
      this(stamp, Operation.of(name));
    }
  }

  /** A system call returns. */
  record SyscallLeft(Stamp stamp, Operation syscall, long result) implements SyscallEvent {
    /** Of a system call of this name. */
    public SyscallLeft(Stamp stamp, String name, long result) {
      this(stamp, Operation.of(name), result);
    }
  }

  /**
   * A file is being cut, perhaps: the same event tells of a size that is set to what it was.
   *
   * @param newSize what it will be; -1 if the kernel does not say
   */
  record FileCut(Stamp stamp, FileId file, long newSize) implements KernelEvent {}

  /**
   * A thread of any process asks for a file to have this size; which file is not said.
   *
   * @param newSize -1 if a part of the file is to be taken out
   */
  record SizeAsked(Stamp stamp, Operation syscall, long newSize) implements KernelEvent {}

  /**
   * A thread starts another.
   *
   * @param tid of the new one
   * @param ofSameProcess whether it is a further thread of the process, rather than a new one
   */
  record TaskStarted(Stamp stamp, int tid, boolean ofSameProcess) implements KernelEvent {}

  /** The process of this thread works for another user from now on. */
  record UserChanged(Stamp stamp, int uid) implements KernelEvent {}

  /**
   * An access to memory failed, for which a thread gets SIGBUS.
   *
   * @param tid that thread
   * @param code of the signal, as in sigaction(2)
   */
  record AccessFailed(Stamp stamp, int tid, int code) implements KernelEvent {}

  /**
   * A thread of another pid namespace was made.
   *
   * @param tid its number here, as in every stamp of the kernel
   * @param ownTid the number that it knows itself by, as in the calls of its JVM
   */
  record ThreadStarted(Stamp stamp, int tid, int ownTid) implements KernelEvent {}

  /**
   * The recorder lost events of a CPU.
   *
   * @param stamp no later than the end of the gap
   * @param sinceNanos its beginning: the last event of that CPU before
   * @param cpu -1 if unknown
   * @param count 0 if it does not say how many, or {@value #UNUSABLE}
   */
  record EventsLost(Stamp stamp, long sinceNanos, int cpu, long count) implements TraceEvent {
    /** Not lost by the recorder: lines that could not be used, which are counted as such. */
    public static final long UNUSABLE = -1;
  }

  /** A marker of the recorder: {@link #STARTS} or {@link #ENDS} of the trace, or text of others. */
  record Marked(Stamp stamp, String text) implements KernelEvent {
    /** The recorder writes this before its first event. */
    public static final String STARTS = Marks.START;

    /** The recorder writes this after its last event; a trace without it is cut off. */
    public static final String ENDS = Marks.END;
  }

  /** Whether a file is mapped, in whatever process: kernels up to 6.14 wait for pins only then. */
  enum Mapped {
    BY_SOMEBODY,
    BY_NOBODY,
    UNKNOWN
  }

  /** How a reference is counted: FOLL_GET adds one to the page's count, FOLL_PIN 1024. */
  enum PinKind {
    GET(1),
    PIN(1024);

    private final int weight;

    PinKind(int weight) {
      this.weight = weight;
    }

    /** What one such reference adds to the page's reference count. */
    public int weight() {
      return weight;
    }
  }
}
