package io.pinaudit.analyzer.trace;

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
 */
public record JavaCall(
    String process,
    Operation operation,
    Stamp started,
    long endNanos,
    List<Frame> stack,
    String error,
    Effect effect) {
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
          case Unmapped _, Copied _, GivesBack _, Other _ -> null;
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
    return new JavaCall(process, operation, same, endNanos, stack, error, effect);
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
