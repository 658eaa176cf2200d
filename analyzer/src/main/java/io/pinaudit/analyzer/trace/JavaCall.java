package io.pinaudit.analyzer.trace;

import io.pinaudit.events.Intervention;
import io.pinaudit.events.MappingCheck;
import io.pinaudit.events.MeetingWait;
import java.util.List;
import java.util.Optional;

/**
 * One hooked call of a JVM, with its beginning, its end and its effect.
 *
 * @param process the JVM, named by its process number and start, or by its input; addresses of
 *     different JVMs are unrelated
 * @param operation the function or method that was called
 * @param started when the call began, and on which thread
 * @param endNanos CLOCK_MONOTONIC after the call, in nanoseconds
 * @param stack innermost frame first; empty if not recorded
 * @param error why the call failed; null if it succeeded
 * @param effect what the call did to mappings, files and blocks
 * @param javaThread number of the Java thread, virtual or not; 0 if unknown
 */
public record JavaCall(
    String process,
    Operation operation,
    Stamp started,
    long endNanos,
    List<Frame> stack,
    String error,
    Effect effect,
    long javaThread) {
  /** Makes a call of an unknown Java thread. */
  public JavaCall(
      String process,
      Operation operation,
      Stamp started,
      long endNanos,
      List<Frame> stack,
      String error,
      Effect effect) {
    this(process, operation, started, endNanos, stack, error, effect, 0);
  }

  /** The effect of a hooked call on mappings, files and blocks. */
  public sealed interface Effect {
    /** Returns the file that the call acts upon; null if it acts upon none or upon several. */
    default Named file() {
      return null;
    }
  }

  /** Memory became, or is told to be, memory of a file. */
  public sealed interface Maps extends Effect {}

  /** Memory was handed to the kernel or a device. */
  public sealed interface HandsOver extends Effect {
    /** Returns the mapped file; its id is null if the memory is no mapping, or an unknown one. */
    Named buffer();

    /** Returns the address of the first byte. */
    long address();

    /** Returns where the memory lies in its file, in bytes; the offset is -1 if unknown. */
    ByteRange bufferRange();

    @Override
    default Named file() {
      return buffer();
    }
  }

  /** The program got back memory that it had handed over. */
  public sealed interface GivesBack extends Effect {}

  /** Pages were taken from a file, or memory was taken from the program. */
  public sealed interface TakesAway extends Effect {}

  /** Nothing happened to memory or blocks that an I/O may hold. */
  public sealed interface Harmless extends Effect {}

  /** A range of a file was mapped at an address. */
  public record Mapped(Named file, ByteRange range, long address, String mode) implements Maps {}

  /** An address range was unmapped. */
  public record Unmapped(long address, long length) implements TakesAway {}

  /** The size of a file was set; the old size is -1 if unknown. */
  public record Truncated(Named file, long oldSize, long newSize) implements TakesAway {}

  /** A range of a file was changed by fallocate(2), in the given mode. */
  public record Deallocated(Named file, int mode, ByteRange range) implements TakesAway {
    /** Returns what the mode makes of the range. */
    public RangeChange change() {
      return RangeChange.of(mode);
    }
  }

  /** A name of a file was removed; {@code links} is the number of names before, -1 if unknown. */
  public record Deleted(Named file, long links) implements TakesAway {}

  /** A descriptor of a file without a name was closed. */
  public record Closed(Named file) implements TakesAway {}

  /**
   * Memory of a mapped file was the buffer of an I/O.
   *
   * @param buffer the mapped file; its id is null if unknown
   * @param address address of the first byte of the buffer
   * @param bufferRange where the buffer lies in its file; offset -1 if unknown
   * @param storage what the descriptor stands for; its id is null if unknown
   * @param storageOffset offset in the storage, in bytes; -1 if the call used the file position, or
   *     the descriptor has none
   * @param result the number of bytes transferred
   * @param direct whether the descriptor has O_DIRECT
   * @param requestId if not 0, the I/O goes on after the call until a {@link TransferEnded} has the
   *     same id
   */
  public record Transferred(
      Named buffer,
      long address,
      ByteRange bufferRange,
      Named storage,
      long storageOffset,
      long result,
      boolean direct,
      long requestId)
      implements HandsOver {}

  /** An I/O that outlived the call which began it was seen to be complete. */
  public record TransferEnded(long requestId, long result) implements GivesBack {}

  /**
   * Memory was pinned until {@link Unpinned} has the same id: it was registered with an io_uring or
   * a device, or the program declared it pinned.
   *
   * @param buffer the mapped file; its id is null if the memory is no mapping or an unknown one
   * @param bufferRange where the buffer lies in its file; offset -1 if unknown
   * @param longTerm whether the kernel treats the pin as a long-term one
   * @param alive whether a snapshot tells an older pin again, rather than this call taking the pin
   */
  public record Pinned(
      long pinId,
      Named buffer,
      long address,
      ByteRange bufferRange,
      boolean longTerm,
      String holder,
      boolean alive)
      implements HandsOver {}

  /** A pin that {@link Pinned} began has ended. */
  public record Unpinned(long pinId) implements GivesBack {}

  /**
   * A mapping lives at this time, as a snapshot tells; the mapping may have been made before the
   * recording began.
   */
  public record StillMapped(Named file, ByteRange range, long address) implements Maps {}

  /**
   * The file of a live mapping was found to be shorter than before, so that pages address of the
   * mapping lie beyond its end.
   *
   * @param address of the mapping
   * @param range the bytes of the file that are mapped
   * @param oldSize size of the file in bytes at the previous look
   * @param newSize size of the file in bytes now
   * @param previousNanos when the previous look was, in nanoseconds of CLOCK_MONOTONIC
   * @param page what a read of the first page beyond the end showed
   */
  public record FoundShort(
      Named file,
      long address,
      ByteRange range,
      long oldSize,
      long newSize,
      long previousNanos,
      Page page)
      implements Harmless {}

  /**
   * Memory that no file is mapped into was freed while a request was using it.
   *
   * @param address address of the freed memory
   * @param length length of the freed memory in bytes; -1 if unknown
   * @param request the request that was using the memory
   */
  public record Freed(long address, long length, Request request) implements Harmless {}

  /**
   * An asynchronous request that no other event tells of.
   *
   * @param id number of the request
   * @param operation the operation that submitted the request
   * @param memory the memory of the request; the offset of this range is an address
   * @param nanos CLOCK_MONOTONIC before the submission, in nanoseconds
   * @param tid kernel thread that submitted the request; -1 if unknown
   */
  public record Request(long id, Operation operation, ByteRange memory, long nanos, int tid) {}

  /** The result of a read of a page that lies beyond the end of its file. */
  public enum Page implements Word {
    /** The read fails, as a load from the page would. */
    GONE(MappingCheck.GONE),
    /** The read succeeds: another file is mapped there, or the file has grown again. */
    THERE(MappingCheck.THERE),
    /** Nothing is mapped there any more, although no hooked call has unmapped it. */
    UNMAPPED(MappingCheck.UNMAPPED),
    /** The agent could not try to read the page. */
    NOT_ASKED(MappingCheck.NOT_ASKED);

    private final String word;

    Page(String word) {
      this.word = word;
    }

    @Override
    public String word() {
      return word;
    }
  }

  /** A file got another path; a {@link Deleted} tells the file that this one replaced, if any. */
  public record Renamed(Named file, String newPath) implements Harmless {}

  /**
   * Bytes of a file went to another descriptor without memory of the program. The agent knows of no
   * page that the kernel keeps beyond the call.
   */
  public record Copied(Named source, Named target) implements Harmless {}

  /** A thread was about to start another thread, or has seen that another thread had ended. */
  public record ThreadOrdered(long otherThread, boolean joined) implements Harmless {}

  /**
   * The agent held a thread before a call that a plan names; the operation is that of the call.
   *
   * @param pair name of the pair in the plan
   * @param side which of the pair's calls the thread stood before
   * @param outcome how the wait ended
   * @param meeting a number that both threads of a meeting share; 0 if there was no meeting
   * @param first which side of a meeting went first; null without a meeting
   * @param subject what both calls of a meeting are about; null without a meeting
   * @param file that the call is about; its id is null for memory of no file
   * @param range what both calls of a meeting are about
   */
  public record Waited(
      String pair,
      Side side,
      WaitEnd outcome,
      long meeting,
      Side first,
      Use subject,
      Named file,
      ByteRange range)
      implements Harmless {
    /** Returns whether the call is the pair's call that takes away. */
    public boolean takes() {
      return side == Side.TAKES;
    }

    /** Returns whether another thread came to stand before the other call of the pair. */
    public boolean met() {
      return outcome == WaitEnd.MET;
    }
  }

  /** Which of the two calls of a pair a thread stood before. */
  public enum Side implements Word {
    /** The call that hands memory or a range of a file over. */
    HANDS(MeetingWait.HANDS),
    /** The call that takes it away. */
    TAKES(MeetingWait.TAKES);

    private final String word;

    Side(String word) {
      this.word = word;
    }

    @Override
    public String word() {
      return word;
    }
  }

  /** How the wait of a thread for the other side of a pair ended. */
  public enum WaitEnd implements Word {
    /** Both threads stood before their calls at once. */
    MET(MeetingWait.MET),
    /** Nobody came. */
    ALONE(MeetingWait.ALONE),
    /** The thread was interrupted. */
    INTERRUPTED(MeetingWait.INTERRUPTED);

    private final String word;

    WaitEnd(String word) {
      this.word = word;
    }

    @Override
    public String word() {
      return word;
    }
  }

  /**
   * The guard of the agent stepped in before a call that was about to take what is in use; the
   * operation is that of the call, and its time what the guard took.
   *
   * @param mode what the user asked the guard to do
   * @param reason why that was done and not what was asked for; null if it was
   * @param use as what the bytes were in use
   * @param file null id if memory of no file was in use
   * @param range the bytes in use that the call would have taken; addresses, if memory was in use
   * @param holds how many used something of it
   * @param holder the oldest of those
   */
  public record Guarded(
      Mode mode,
      Deed deed,
      String reason,
      Use use,
      Named file,
      ByteRange range,
      int holds,
      Holder holder)
      implements Harmless {
    /** Returns what was done, as events say it. */
    public String done() {
      return deed.word;
    }
  }

  /** What the guard did. */
  public enum Deed implements Word {
    /** It keeps the file mapped until its pages are no longer in use. */
    KEPT(Intervention.KEPT),
    /** The program got an exception in place of its call. */
    REFUSED(Intervention.REFUSED),
    /** The call waited until nothing of it was in use. */
    WAITED(Intervention.WAITED),
    /** The call went on. */
    PASSED(Intervention.PASSED);

    private final String word;

    Deed(String word) {
      this.word = word;
    }

    @Override
    public String word() {
      return word;
    }
  }

  /** What the user asked the guard to do. */
  public enum Mode implements Word {
    /** Lets every call go on, and says what the others would do. */
    REPORT(Intervention.REPORT),
    /** Keeps a file mapped while the kernel uses its pages, and lets cuts wait. */
    KEEP(Intervention.KEEP),
    /** Refuses the call. */
    FAIL(Intervention.FAIL),
    /** Lets the call wait, and refuses it when its time is over. */
    WAIT(Intervention.WAIT);

    private final String word;

    Mode(String word) {
      this.word = word;
    }

    @Override
    public String word() {
      return word;
    }
  }

  /**
   * A call that began to use memory or a range of a file.
   *
   * @param nanos CLOCK_MONOTONIC when it began, in nanoseconds
   * @param tid kernel thread of the call; -1 if unknown
   * @param thread name of the Java thread
   * @param stack innermost frames of the program, a line each; null if unknown
   */
  public record Holder(Operation operation, long nanos, int tid, String thread, String stack) {
    /** Returns the innermost line of the program; empty if unknown. */
    public Optional<String> site() {
      return stack == null ? Optional.empty() : stack.lines().findFirst();
    }
  }

  /**
   * What the call did cannot be told, because a field has a word that this analyzer does not know:
   * the agent is newer.
   */
  public record Unread(String field, String word) implements Harmless {}

  /** The call is any other one of the hook table. */
  public record Other() implements Harmless {}

  /**
   * A file and its path.
   *
   * @param id null if unknown
   * @param path null if unknown
   */
  public record Named(FileId id, String path) {}

  /**
   * Returns the file that the call acts upon, if it is known; for a transfer, this is the file of
   * the buffer.
   */
  public Optional<Named> file() {
    Named named = effect.file();
    return named == null || named.id() == null ? Optional.empty() : Optional.of(named);
  }

  /**
   * Returns whether the analyzer does not know the operation. An operation that the program itself
   * declares to pin has a name of the program's.
   */
  public boolean isUnknown() {
    return operation.kind() == Operation.Kind.UNKNOWN
        && !(effect instanceof Pinned || effect instanceof Unpinned);
  }

  /** Returns a copy of this call on a thread of another number. */
  public JavaCall on(int tid) {
    Stamp same = new Stamp(started.nanos(), tid, started.task(), started.source());
    return new JavaCall(process, operation, same, endNanos, stack, error, effect, javaThread);
  }

  /** Returns whether the call hands memory to the kernel that lies on a page of a file. */
  public boolean transfers(FileId file, long pageOffsetBytes) {
    return effect instanceof Transferred transfer
        && file.equals(transfer.buffer().id())
        && transfer.bufferRange().offset() < pageOffsetBytes + PageRange.PAGE_BYTES
        && pageOffsetBytes < transfer.bufferRange().end();
  }

  /** Returns the innermost frame that is the application's own; empty if there is none. */
  public Optional<Frame> site() {
    return stack.stream().filter(frame -> !frame.isPlatform()).findFirst();
  }
}
