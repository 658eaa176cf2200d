package io.pinaudit.analyzer.trace;

import io.pinaudit.events.MeetingWait;
import java.util.List;
import java.util.Optional;

/**
 * One hooked call of the JVM, from before it to after it.
 *
 * @param process which JVM, by its number and start, or as the input is named: addresses of
 *     different JVMs are unrelated
 * @param operation what was called
 * @param started when and on which thread
 * @param endNanos CLOCK_MONOTONIC after the call
 * @param stack innermost frame first; empty if not recorded
 * @param error why the call failed; null if it succeeded
 * @param effect what it did
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
  /** A call of which it is not known which Java thread made it. */
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

  /** What a hooked call did to mappings, files and blocks. */
  public sealed interface Effect {}

  /** Memory became, or is told to be, that of a file. */
  public sealed interface Maps extends Effect {}

  /** Memory was handed to the kernel or a device. */
  public sealed interface HandsOver extends Effect {
    /** The mapped file; its id is null if the memory is no mapping or an unknown one. */
    Named buffer();

    /** Of the first byte. */
    long address();

    /** Where the memory lies in its file; offset -1 if unknown. */
    ByteRange bufferRange();
  }

  /** What was handed over is the program's again. */
  public sealed interface GivesBack extends Effect {}

  /** Pages were taken from a file, or memory from the program. */
  public sealed interface TakesAway extends Effect {}

  /** Nothing happened to memory or blocks that anybody may hold. */
  public sealed interface Harmless extends Effect {}

  /** A range of a file was mapped at an address. */
  public record Mapped(Named file, ByteRange range, long address, String mode) implements Maps {}

  /** An address range was unmapped. */
  public record Unmapped(long address, long length) implements TakesAway {}

  /** The size of a file was set; the old size is -1 if unknown. */
  public record Truncated(Named file, long oldSize, long newSize) implements TakesAway {}

  /** fallocate(2) with its mode. */
  public record Deallocated(Named file, int mode, ByteRange range) implements TakesAway {}

  /** A name of a file was removed; links is how many it had before, -1 if unknown. */
  public record Deleted(Named file, long links) implements TakesAway {}

  /** A descriptor of a file without a name was closed. */
  public record Closed(Named file) implements TakesAway {}

  /**
   * Memory of a mapped file was the buffer of an I/O.
   *
   * @param buffer the mapped file; its id is null if unknown
   * @param address of the first byte offered
   * @param bufferRange where the buffer lies in its file; offset -1 if unknown
   * @param storage what the descriptor stands for; its id is null if unknown
   * @param storageOffset -1 if it is the file position or the descriptor has none
   * @param result bytes transferred
   * @param direct whether the descriptor has O_DIRECT
   * @param requestId if not 0, the I/O goes on after the call until {@link TransferEnded} has it
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

  /** An I/O that outlived the call that began it was seen to be complete. */
  public record TransferEnded(long requestId, long result) implements GivesBack {}

  /**
   * Memory was pinned until {@link Unpinned} has the same id: registered with a ring or a device,
   * or declared so by the program.
   *
   * @param buffer the mapped file; its id is null if the memory is no mapping or an unknown one
   * @param bufferRange where the buffer lies in its file; offset -1 if unknown
   * @param longTerm whether the kernel takes it for a long-term pin
   * @param alive whether it is told again, by a snapshot, and not taken by this call
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
   * A mapping lives at this time, told by a snapshot: it may have been made before the recording
   * began.
   */
  public record StillMapped(Named file, ByteRange range, long address) implements Maps {}

  /**
   * The file of a live mapping was found to be shorter than before, so that pages of the mapping
   * lie beyond its end.
   *
   * @param address of the mapping
   * @param range what is mapped of the file
   * @param oldSize of the file at the previous look
   * @param newSize of the file now
   * @param previousNanos when the previous look was
   * @param page what became of the first page beyond the end
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
   * @param address of the freed memory
   * @param length of it; -1 if unknown
   * @param request that was using it
   */
  public record Freed(long address, long length, Request request) implements Harmless {}

  /**
   * An asynchronous request that no other event tells of.
   *
   * @param id of the request
   * @param operation that submitted it
   * @param memory that it was given: its offset is an address
   * @param nanos CLOCK_MONOTONIC before it was submitted
   * @param tid kernel thread that submitted it; -1 if unknown
   */
  public record Request(long id, Operation operation, ByteRange memory, long nanos, int tid) {}

  /** What a read of a page came to that lies beyond the end of its file. */
  public enum Page {
    /** It fails, as a load from it would. */
    GONE,
    /** It can be read: what is mapped is another file, or the file is long again. */
    THERE,
    /** Nobody could ask. */
    NOT_ASKED
  }

  /** A file got another path; one that it replaced is told by {@link Deleted}. */
  public record Renamed(Named file, String newPath) implements Harmless {}

  /**
   * Bytes of a file went to another descriptor without memory of the program: the kernel keeps no
   * page of it beyond the call that the agent can tell of.
   */
  public record Copied(Named source, Named target) implements Harmless {}

  /** A thread was about to start another one, or has seen that it had ended. */
  public record ThreadOrdered(long otherThread, boolean joined) implements Harmless {}

  /**
   * The agent held a thread before a call, which a plan names; the operation is that of the call.
   *
   * @param pair of the plan
   * @param side "hands" or "takes": which of the pair's calls it is
   * @param outcome "met", "alone" or "interrupted"
   * @param meeting the same for both threads of a meeting; 0 without one
   * @param first which side of a meeting went first
   * @param subject "buffer", "storage" or "memory": what both calls of a meeting are about
   * @param file that the call is about; its id is null for memory of no file
   * @param range what both calls of a meeting are about
   */
  public record Waited(
      String pair,
      String side,
      String outcome,
      long meeting,
      String first,
      String subject,
      Named file,
      ByteRange range)
      implements Harmless {
    /** Whether the call is the one that takes away. */
    public boolean takes() {
      return MeetingWait.TAKES.equals(side);
    }

    /** Whether another thread came to stand before the other call of the pair. */
    public boolean met() {
      return MeetingWait.MET.equals(outcome);
    }
  }

  /** Any other call of the hook table. */
  public record Other() implements Harmless {}

  /**
   * A file and what it was called.
   *
   * @param id null if unknown
   * @param path null if unknown
   */
  public record Named(FileId id, String path) {}

  /** The file that the call acts upon (for a transfer, its buffer), if it is known. */
  public Optional<Named> file() {
    Named named =
        switch (effect) {
          case Mapped mapped -> mapped.file();
          case Truncated truncated -> truncated.file();
          case Deallocated deallocated -> deallocated.file();
          case Deleted deleted -> deleted.file();
          case Closed closed -> closed.file();
          case HandsOver handed -> handed.buffer();
          case StillMapped mapped -> mapped.file();
          case Renamed renamed -> renamed.file();
          case FoundShort found -> found.file();
          case Waited waited -> waited.file();
          case Unmapped _, Copied _, GivesBack _, Freed _, ThreadOrdered _, Other _ -> null;
        };
    return Optional.ofNullable(named).filter(file -> file.id() != null);
  }

  /**
   * Whether nothing here knows what the call is; what the program itself declares to pin is named
   * by the program.
   */
  public boolean isUnknown() {
    return operation.kind() == Operation.Kind.UNKNOWN
        && !(effect instanceof Pinned || effect instanceof Unpinned);
  }

  /** The same call on a thread of another number. */
  public JavaCall on(int tid) {
    Stamp same = new Stamp(started.nanos(), tid, started.task(), started.source());
    return new JavaCall(process, operation, same, endNanos, stack, error, effect, javaThread);
  }

  /** Whether the call hands memory to the kernel that lies on a page of a file. */
  public boolean transfers(FileId file, long pageOffsetBytes) {
    return effect instanceof Transferred transfer
        && file.equals(transfer.buffer().id())
        && transfer.bufferRange().offset() < pageOffsetBytes + PageRange.PAGE_BYTES
        && pageOffsetBytes < transfer.bufferRange().end();
  }

  /** The innermost frame that is the application's own. */
  public Optional<Frame> site() {
    return stack.stream().filter(frame -> !frame.isPlatform()).findFirst();
  }
}
