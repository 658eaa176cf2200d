package io.pinaudit.analyzer.trace;

import io.pinaudit.run.Marks;

/** An event of a run: of a JVM or of the kernel. All times are CLOCK_MONOTONIC. */
public sealed interface TraceEvent {
  /** Returns when and on which thread the event happened, and where it was read. */
  Stamp stamp();

  /**
   * Returns the file that the event is about; null if it is about none, or only its call knows the
   * file.
   */
  default FileId file() {
    return null;
  }

  /** An event that an agent tells. */
  sealed interface CallEvent extends TraceEvent {
    /** Returns the hooked call. */
    JavaCall call();
  }

  /** An event that a kernel's trace tells. */
  sealed interface KernelEvent extends TraceEvent {}

  /** An event that tells which file blocks of a device belong to. */
  sealed interface BlockEvent extends KernelEvent {
    /** Returns the file that the blocks belonged to, or belong to from now on. */
    @Override
    FileId file();

    /** Returns the blocks. */
    PageRange blocks();
  }

  /** A truncate or punch waits until no page of its file is busy. */
  sealed interface LayoutBreak extends KernelEvent {}

  /** An event that tells which system call a thread is in, and nothing else. */
  sealed interface SyscallEvent extends KernelEvent {}

  /**
   * A hooked call begins. What the kernel does on this thread until the call ends, the kernel does
   * for the call.
   */
  record CallStarted(Stamp stamp, JavaCall call) implements CallEvent {}

  /** A hooked call has ended. */
  record CallFinished(Stamp stamp, JavaCall call) implements CallEvent {}

  /**
   * References on a page were taken for I/O.
   *
   * @param pfn page frame number
   * @param references the number of references
   * @param kind how they are counted
   * @param countBefore the page's reference count before; -1 if unknown
   * @param folio first page frame of the folio that the page is in, because events name dropped and
   *     removed pages of the page cache by it; else the page itself
   * @param mapping address of the kernel's address_space, if the page is in the page cache; else 0
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
    /** Makes the event of a page that is not known to be in the page cache. */
    public PinTaken(Stamp stamp, long pfn, int references, PinKind kind, int countBefore) {
      this(stamp, pfn, references, kind, countBefore, pfn, 0);
    }
  }

  /**
   * References on a page were dropped.
   *
   * @param references the number of references, in units of the page's reference count
   * @param countBefore the page's reference count before; -1 if unknown
   */
  record PinDropped(Stamp stamp, long pfn, int references, int countBefore)
      implements KernelEvent {}

  /** A page has no references left, and so no pins. */
  record PageIdle(Stamp stamp, long pfn) implements KernelEvent {}

  /**
   * The thread put a page that it has pinned into a pipe. The pipe holds the reference from now on.
   */
  record PipeFilled(Stamp stamp, long pfn, long pipe) implements KernelEvent {}

  /**
   * A pipe is about to drop its reference on a page.
   *
   * @param references the number of references that the pipe drops; 0 if another event tells the
   *     drop
   * @param countBefore the page's reference count before; -1 if unknown
   */
  record PipeReleased(Stamp stamp, long pfn, long pipe, int references, int countBefore)
      implements KernelEvent {}

  /**
   * The thread begins to fill a bio. The pages that the thread pins from now on belong to the bio.
   */
  record BioFilling(Stamp stamp, long bio) implements KernelEvent {}

  /** The thread has filled its bio. */
  record BioFilled(Stamp stamp) implements KernelEvent {}

  /** A complete bio drops its references on all its pages. */
  record BioReleased(Stamp stamp, long bio) implements KernelEvent {}

  /** Page frames became the memory of a file's pages: one page, or all those of a huge page. */
  record PageMapped(Stamp stamp, PageRange frames, FileId file, long pageOffset)
      implements KernelEvent {}

  /**
   * Pages left a DAX file, to be freed or to be mapped anew, while somebody else had a reference to
   * one of them at least.
   *
   * @param frames one page, or all those of a huge page
   * @param references how many references there were beyond those of idle pages
   * @param through the system call by which the thread came to it; {@link Operation#NONE} if that
   *     is not told
   */
  record PageLeft(
      Stamp stamp,
      PageRange frames,
      FileId file,
      long pageOffset,
      long references,
      Operation through)
      implements KernelEvent {}

  /**
   * Pages left a file's page cache. An I/O that still holds them holds pages of no file.
   *
   * @param frames at least the first of the folio
   * @param mapping the address_space that the pages were in, as in {@link PinTaken}; 0 if unknown
   * @param mapped whether any process had the file mapped at that moment
   */
  record PageRemovedFromCache(
      Stamp stamp, FileId file, long pageOffset, PageRange frames, long mapping, Mapped mapped)
      implements KernelEvent {
    /** Makes an event of which it is not known whether any process had the file mapped. */
    public PageRemovedFromCache(
        Stamp stamp, FileId file, long pageOffset, PageRange frames, long mapping) {
      this(stamp, file, pageOffset, frames, mapping, Mapped.UNKNOWN);
    }
  }

  /**
   * A truncate or punch is going to change the layout of a file; it waits if a page of the file is
   * busy.
   *
   * @param mapped whether any process had the file mapped at that moment
   */
  record LayoutBreakStarted(Stamp stamp, FileId file, Mapped mapped) implements LayoutBreak {
    /** Makes an event of which it is not known whether any process had the file mapped. */
    public LayoutBreakStarted(Stamp stamp, FileId file) {
      this(stamp, file, Mapped.UNKNOWN);
    }
  }

  /** The layout break of this thread waits for a page. */
  record LayoutBreakBlocked(Stamp stamp, long pfn) implements LayoutBreak {}

  /** The layout break of this thread is over; the result is negative if it was interrupted. */
  record LayoutBreakFinished(Stamp stamp, int result) implements LayoutBreak {}

  /** Blocks went back to the file system's free space. */
  record BlocksFreed(Stamp stamp, FileId file, PageRange blocks) implements BlockEvent {}

  /** The blocks behind a range of a file, told while the file system removes them from the file. */
  record ExtentRemoved(Stamp stamp, FileId file, long pageOffset, PageRange blocks)
      implements BlockEvent {}

  /** Free blocks were given to a file. */
  record BlocksAllocated(Stamp stamp, FileId file, long pageOffset, PageRange blocks)
      implements BlockEvent {}

  /**
   * A file has these blocks from now on. The file may have had some or all of them before.
   *
   * @param isNew whether the blocks became an extent of their own; otherwise an extent grew or
   *     shrank to these blocks
   */
  record ExtentMapped(Stamp stamp, FileId file, long pageOffset, PageRange blocks, boolean isNew)
      implements BlockEvent {}

  /** The last user of an inode is gone; an inode without links is deleted. */
  record InodeEvicted(Stamp stamp, FileId file, int links) implements KernelEvent {}

  /** A system call begins. */
  record SyscallEntered(Stamp stamp, Operation syscall) implements SyscallEvent {
    /** Makes the event of a system call of this name. */
    public SyscallEntered(Stamp stamp, String name) {
      this(stamp, Operation.of(name));
    }
  }

  /** A system call returns. */
  record SyscallLeft(Stamp stamp, Operation syscall, long result) implements SyscallEvent {
    /** Makes the event of a system call of this name. */
    public SyscallLeft(Stamp stamp, String name, long result) {
      this(stamp, Operation.of(name), result);
    }
  }

  /**
   * The size of a file is being set. The event does not tell whether the file gets shorter.
   *
   * @param newSize the new size in bytes; -1 if the kernel does not say
   * @param inferred whether only a page that left the file tells it, because the thread had just
   *     asked for a size of some file
   */
  record FileCut(Stamp stamp, FileId file, long newSize, boolean inferred) implements KernelEvent {
    /** Makes the event of a cut that the kernel tells. */
    public FileCut(Stamp stamp, FileId file, long newSize) {
      this(stamp, file, newSize, false);
    }
  }

  /**
   * A thread of any process asks for a file to have a size. The event does not name the file.
   *
   * @param newSize the size in bytes; -1 if the call takes a part out of the file
   */
  record SizeAsked(Stamp stamp, Operation syscall, long newSize) implements KernelEvent {}

  /**
   * A thread starts another.
   *
   * @param tid number of the new thread
   * @param ofSameProcess whether the new thread belongs to the same process, rather than to a new
   *     process
   */
  record TaskStarted(Stamp stamp, int tid, boolean ofSameProcess) implements KernelEvent {}

  /** The process of this thread works for another user from now on. */
  record UserChanged(Stamp stamp, int uid) implements KernelEvent {}

  /**
   * An access to memory failed, for which a thread gets SIGBUS.
   *
   * @param tid number of the thread that gets the signal
   * @param code of the signal, as in sigaction(2)
   */
  record AccessFailed(Stamp stamp, int tid, int code) implements KernelEvent {}

  /**
   * A thread of another pid namespace was made.
   *
   * @param tid number of the thread as in every stamp of the kernel
   * @param ownTid number of the thread in its own namespace, as in the calls of its JVM
   */
  record ThreadStarted(Stamp stamp, int tid, int ownTid) implements KernelEvent {}

  /**
   * The recorder lost events of a CPU.
   *
   * @param stamp no later than the end of the gap
   * @param sinceNanos the beginning of the gap, in nanoseconds: the last event of that CPU before
   * @param cpu number of the CPU; -1 if unknown
   * @param count the number of lost events; 0 if the recorder does not say it; {@value #UNUSABLE}
   *     for lines that could not be used
   */
  record EventsLost(Stamp stamp, long sinceNanos, int cpu, long count) implements TraceEvent {
    /**
     * The count of a gap that the recorder did not cause: lines that could not be used, which
     * {@link Diagnostics} counts.
     */
    public static final long UNUSABLE = -1;
  }

  /**
   * A marker in the trace: {@link #STARTS} or {@link #ENDS} of the recorder, or a text of another
   * program.
   */
  record Marked(Stamp stamp, String text) implements KernelEvent {
    /** The text that the recorder writes before its first event. */
    public static final String STARTS = Marks.START;

    /**
     * The text that the recorder writes after its last event; a trace without this text is cut off.
     */
    public static final String ENDS = Marks.END;
  }

  /**
   * Says whether any process has a file mapped: kernels up to 6.14 wait for pins only of mapped
   * files.
   */
  enum Mapped {
    BY_SOMEBODY,
    BY_NOBODY,
    UNKNOWN
  }

  /**
   * Says how the kernel counts a reference: FOLL_GET adds 1 to the page's count, FOLL_PIN adds
   * 1024.
   */
  enum PinKind {
    GET(1),
    PIN(1024);

    private final int weight;

    PinKind(int weight) {
      this.weight = weight;
    }

    /** Returns what one reference of this kind adds to the page's reference count. */
    public int weight() {
      return weight;
    }
  }
}
