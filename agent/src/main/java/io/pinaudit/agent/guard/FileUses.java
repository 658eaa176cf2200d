package io.pinaudit.agent.guard;

import io.pinaudit.agent.stand.Reach;
import io.pinaudit.agent.stand.Stand;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Counts the uses of files, several files in one number: most files that are unmapped are not in
 * use, and of those the guard need not look at each use that it knows. Any thread.
 */
final class FileUses {
  private static final int NUMBERS = 1 << 12;

  private final AtomicIntegerArray uses = new AtomicIntegerArray(NUMBERS);

  /** Counts what a call uses, by 1, or no more, by −1. */
  void add(Stand hands, int delta) {
    for (Reach reach : hands.reaches()) {
      if (reach.use() == Reach.Use.BUFFER) {
        uses.addAndGet(number(reach.device(), reach.inode()), delta);
      }
    }
  }

  /** Returns false if a file is surely not in use. */
  boolean mayBeOf(KeptFiles.File file) {
    return uses.get(number(file.device(), file.inode())) != 0;
  }

  private static int number(long device, long inode) {
    return Long.hashCode((device + inode) * 0x9e37_79b9_7f4a_7c15L) & NUMBERS - 1;
  }
}
