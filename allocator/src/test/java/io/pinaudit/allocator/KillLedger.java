package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.allocator.PoolChecker.Found;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What a pool has to hold after each end of its writer, told from the journals of {@link
 * KillWriter}. For one thread.
 */
public final class KillLedger {
  /** How a writer ended. */
  public enum End {
    /** By SIGKILL: a free survives as soon as it has returned. */
    KILLED,
    /** With its machine: a free survives once a commit or sync that began after it has returned. */
    POWER_CUT
  }

  private record Note(
      long operation, long stamp, long offset, long length, long begun, long ended) {
    boolean done() {
      return operation < 0;
    }

    boolean is(int kind) {
      return Math.abs(operation) == kind;
    }
  }

  private final Map<Long, Found> expected = new HashMap<>();
  private int operations;
  private int underWay;

  /** The writer's main class. */
  public static String writer() {
    return KillWriter.class.getName();
  }

  /** What the writer prints if the pool is mapped with MAP_SYNC. */
  public static String synchronous() {
    return KillWriter.SYNCHRONOUS;
  }

  /** Makes an empty journal. */
  public static void createJournal(Path journal) throws IOException {
    Files.deleteIfExists(journal);
    map(journal);
  }

  private static MemorySegment map(Path journal) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            journal,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      return channel.map(MapMode.READ_WRITE, 0, KillWriter.JOURNAL_BYTES, Arena.ofAuto());
    }
  }

  /** Whether the writer has opened its pool. */
  public static boolean isOpen(Path journal) throws IOException {
    return map(journal).get(ValueLayout.JAVA_LONG, 0) != 0;
  }

  /** How many operations the writer was told are done so far. */
  public static long done(Path journal) throws IOException {
    return notes(map(journal)).stream().filter(Note::done).count();
  }

  /** The pool was deleted by whoever runs the writer. */
  public void forget() {
    expected.clear();
  }

  /** Operations that the writers were told are done. */
  public int operations() {
    return operations;
  }

  /** Operations that had begun when the writers ended. */
  public int underWay() {
    return underWay;
  }

  /** How many extents have to be there now. */
  public int extents() {
    return expected.size();
  }

  /**
   * Compares the pool with what its writer had noted. What was done counts; of what need not have
   * survived, and of what was under way, whichever is found.
   *
   * @param pool may be missing
   * @throws AssertionError if an extent is lost, there twice, overlaps another or is damaged
   */
  public void check(Path pool, Path journal, End end) throws IOException {
    Map<Long, Found> found = new HashMap<>();
    if (Files.exists(pool)) {
      PoolChecker.check(pool)
          .forEach(
              (offset, one) ->
                  assertEquals(
                      null, found.put(one.stamp(), new Found(one.length(), offset)), "twice"));
    }
    List<Note> notes = notes(map(journal));
    long flushed =
        notes.stream()
            .filter(note -> note.done() && !note.is(KillWriter.FREE))
            .mapToLong(Note::begun)
            .max()
            .orElse(0);
    for (int i = 1; i < notes.size(); i++) {
      requireAllOrNothing(notes.get(i - 1), notes.get(i), found);
    }
    for (Note note : notes) {
      boolean durable =
          note.done() && (end == End.KILLED || !note.is(KillWriter.FREE) || note.ended() < flushed);
      replay(note, durable, found);
    }
    assertHolds(found);
  }

  /** Of a replacement that was under way both extents are as before, or both as after it. */
  private static void requireAllOrNothing(Note old, Note by, Map<Long, Found> found) {
    if (old.is(KillWriter.REPLACED) && by.is(KillWriter.REPLACING) && !by.done()) {
      assertTrue(
          found.containsKey(old.stamp()) != found.containsKey(by.stamp()), "half a replacement");
    }
  }

  void assertHolds(Map<Long, Found> found) {
    assertEquals(expected, found);
  }

  private static List<Note> notes(MemorySegment journal) {
    List<Note> notes = new ArrayList<>();
    for (int thread = 0; thread < KillWriter.THREADS; thread++) {
      long at = 8 + (long) thread * KillWriter.NOTES * KillWriter.NOTE_BYTES;
      while (journal.get(ValueLayout.JAVA_LONG, at) != 0) {
        notes.add(note(journal.asSlice(at, KillWriter.NOTE_BYTES)));
        at += KillWriter.NOTE_BYTES;
      }
    }
    return notes;
  }

  private static Note note(MemorySegment at) {
    long[] words = at.toArray(ValueLayout.JAVA_LONG);
    return new Note(words[0], words[1], words[2], words[3], words[4], words[5]);
  }

  private void replay(Note note, boolean durable, Map<Long, Found> found) {
    if (note.done()) {
      operations++;
    } else {
      underWay++;
    }
    if (note.is(KillWriter.SYNC)) {
      return;
    }
    boolean commits = note.is(KillWriter.COMMIT) || note.is(KillWriter.REPLACING);
    boolean there = durable ? commits : found.containsKey(note.stamp());
    if (there) {
      expected.put(note.stamp(), new Found(note.length(), note.offset()));
    } else {
      expected.remove(note.stamp());
    }
  }
}
