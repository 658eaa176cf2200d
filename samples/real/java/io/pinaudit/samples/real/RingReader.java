package io.pinaudit.samples.real;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.pinaudit.samples.IoRing;
import io.pinaudit.samples.NativeCall;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * An io_uring reads from a pipe into an arena's memory; the arena closes before the bytes come, and
 * its memory gets another owner. With {@code --fixed} the arena closes after the completion.
 */
public final class RingReader {
  // The C library has given back one such block before: it takes the next ones from its heap, in
  // turn.
  private static final int BUFFER_BYTES = 1 << 20;
  private static final int MESSAGE_BYTES = 4096;

  private static final int PIECES = 64;
  private static final int PIECE_BYTES = 32 * 1024;
  private static final int APART_BYTES = 64;

  private final MemorySegment ends = Arena.ofAuto().allocate(JAVA_INT, 2);
  private final IoRing ring = IoRing.open();

  private RingReader() throws IOException {
    NativeCall.of("pipe", ends);
  }

  /** Runs the program; the package describes the arguments. */
  public static void main(String[] args) throws IOException {
    RingReader reader = new RingReader();
    leavePieces();
    try (Arena arena = Arena.ofShared()) {
      arena.allocate(BUFFER_BYTES);
    }
    long foreign = Folder.of(args).fixed() ? reader.closeAfter() : reader.closeBefore();
    System.out.println("truth: " + foreign + " bytes of another owner were overwritten");
  }

  /**
   * Leaves free pieces to the C library, from which the JVM gets what it needs meanwhile. Else that
   * would be a part of the large block, and the ring would overwrite the JVM's own memory.
   */
  private static void leavePieces() {
    List<Arena> pieces = new ArrayList<>();
    for (int i = 0; i < PIECES; i++) {
      Arena piece = Arena.ofShared();
      piece.allocate(PIECE_BYTES);
      pieces.add(piece);
      Arena.global().allocate(APART_BYTES);
    }
    pieces.forEach(Arena::close);
  }

  private long closeBefore() throws IOException {
    try (Arena arena = Arena.ofShared()) {
      begin(arena.allocate(BUFFER_BYTES));
    }
    return completeUnderNextOwner();
  }

  private long closeAfter() throws IOException {
    try (Arena arena = Arena.ofShared()) {
      begin(arena.allocate(BUFFER_BYTES));
      complete();
    }
    try (Arena next = Arena.ofShared()) {
      return overwritten(next.allocate(BUFFER_BYTES));
    }
  }

  private void begin(MemorySegment target) throws IOException {
    ring.queueRead(ends.getAtIndex(JAVA_INT, 0), target, -1);
    ring.submit(1);
  }

  private void complete() throws IOException {
    MemorySegment message = Arena.ofAuto().allocate(MESSAGE_BYTES).fill((byte) 'X');
    NativeCall.of("write", ends.getAtIndex(JAVA_INT, 1), message, (long) MESSAGE_BYTES);
    ring.awaitCompletions(1);
  }

  private long completeUnderNextOwner() throws IOException {
    try (Arena next = Arena.ofShared()) {
      MemorySegment owned = next.allocate(BUFFER_BYTES);
      complete();
      return overwritten(owned);
    }
  }

  private static long overwritten(MemorySegment owned) {
    return owned.elements(JAVA_BYTE).filter(one -> one.get(JAVA_BYTE, 0) == 'X').count();
  }
}
