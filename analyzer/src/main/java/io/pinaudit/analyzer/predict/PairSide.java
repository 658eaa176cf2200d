package io.pinaudit.analyzer.predict;

import io.pinaudit.analyzer.timeline.Ledgers;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.Use;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One side of a pair: a recorded call and the memory or file ranges that it concerns.
 *
 * @param nth the number of the call among the calls of its site
 * @param reaches the ranges that the call hands over or takes away
 */
record PairSide(JavaCall call, int nth, List<Reach> reaches) {
  private static final Set<String> CLEANERS =
      Set.of(
          "java.lang.ref.Reference$ReferenceHandler",
          "java.lang.ref.Finalizer$FinalizerThread",
          "jdk.internal.ref.CleanerImpl");

  /**
   * A range of a file, or of memory.
   *
   * @param place the file, in its generation, or the mapping, by identity of the call that made it
   */
  record Reach(Use subject, Object place, ByteRange range) {
    boolean meets(Reach other) {
      return subject == other.subject
          && place.equals(other.place)
          && range.offset() < other.range.end()
          && other.range.offset() < range.end();
    }
  }

  /** Collects the reaches of one call. */
  private record Reaches(List<Reach> all, Ledgers ledgers) {
    Reaches(Ledgers ledgers) {
      this(new ArrayList<>(), ledgers);
    }

    void addBoth(FileId file, ByteRange range) {
      add(Use.BUFFER, file, range);
      add(Use.STORAGE, file, range);
    }

    void add(Use subject, FileId file, ByteRange range) {
      if (file != null && range.offset() >= 0 && range.length() > 0) {
        all.add(new Reach(subject, ledgers.file(file), range));
      }
    }

    /** Adds a range of addresses of a mapping. */
    void addMemory(JavaCall mapping, ByteRange range) {
      all.add(new Reach(Use.MEMORY, new Identity(mapping), range));
    }
  }

  /**
   * Returns what a call hands over; empty if no pair can be made of it. A call that failed counts,
   * too: perhaps it failed because what it handed over had been taken away.
   */
  static List<Reach> handed(JavaCall call, JavaCall.HandsOver effect, Ledgers ledgers) {
    Reaches reaches = new Reaches(ledgers);
    if (isByItself(call)) {
      return reaches.all;
    }
    reaches.add(Use.BUFFER, effect.buffer().id(), effect.bufferRange());
    JavaCall mapping = ledgers.mappings().at(call.process(), effect.address());
    boolean lent = call.operation().keeper() == Operation.Keeper.PIPE;
    // The pipe keeps the pages, and nobody writes to them.
    if (mapping != null && !lent) {
      ByteRange memory = new ByteRange(effect.address(), effect.bufferRange().length());
      reaches.addMemory(mapping, memory);
    }
    if (effect instanceof JavaCall.Transferred transfer && transfer.direct()) {
      ByteRange range =
          transfer.storageOffset() < 0
              ? rest(0)
              : new ByteRange(transfer.storageOffset(), transfer.bufferRange().length());
      reaches.add(Use.STORAGE, transfer.storage().id(), range);
    }
    return reaches.all;
  }

  /** Returns what a call takes away; empty if no pair can be made of it. */
  static List<Reach> taken(JavaCall call, JavaCall.TakesAway effect, Ledgers ledgers) {
    Reaches reaches = new Reaches(ledgers);
    if (call.error() != null || isByItself(call)) {
      return reaches.all;
    }
    switch (effect) {
      case JavaCall.Truncated cut -> {
        if (cut.oldSize() < 0 || cut.newSize() < cut.oldSize()) {
          reaches.addBoth(cut.file().id(), rest(cut.newSize()));
        }
      }
      case JavaCall.Deallocated cut -> {
        switch (cut.change()) {
          case PUNCH, ZERO -> reaches.addBoth(cut.file().id(), cut.range());
          case COLLAPSE, INSERT -> reaches.addBoth(cut.file().id(), rest(cut.range().offset()));
          case NOTHING -> {}
        }
      }
      case JavaCall.Deleted deleted -> {
        if (deleted.links() <= 1) {
          reaches.add(Use.BUFFER, deleted.file().id(), rest(0));
        }
      }
      case JavaCall.Closed closed -> reaches.add(Use.BUFFER, closed.file().id(), rest(0));
      case JavaCall.Unmapped range -> {
        JavaCall mapping = ledgers.mappings().at(call.process(), range.address());
        if (mapping != null) {
          ByteRange memory = new ByteRange(range.address(), range.length());
          reaches.addMemory(mapping, memory);
        }
      }
    }
    return reaches.all;
  }

  private static ByteRange rest(long offset) {
    return new ByteRange(offset, Long.MAX_VALUE - offset);
  }

  /**
   * Returns whether no line of the program makes the call at this moment, so that no thread can be
   * held before it.
   */
  private static boolean isByItself(JavaCall call) {
    return call.stack().stream().allMatch(Frame::isPlatform)
        || call.stack().stream()
            .anyMatch(
                frame -> frame.method().equals("<clinit>") || CLEANERS.contains(frame.className()));
  }

  /** A call as a key that is equal only to itself, not to calls with the same content. */
  record Identity(JavaCall call) {
    @Override
    @SuppressWarnings("ReferenceEquality") // that is what it is for
    public boolean equals(Object other) {
      return other instanceof Identity that && call == that.call;
    }

    @Override
    public int hashCode() {
      return System.identityHashCode(call);
    }
  }
}
