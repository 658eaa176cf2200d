package io.pinaudit.probe;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The meaning of a hit of a probe. A {@code .probes} file gives each of its probes a meaning, as
 * {@code means pin-taken}, so that the reader of a trace needs to know nothing else of a kernel's
 * functions.
 *
 * <p>Each constant lists the fields that such a probe prints; those in brackets may be missing.
 */
public enum Meaning {
  /** References on a page are taken: {@code page refs [flags count map head mapping hmapping]}. */
  PIN_TAKEN,
  /** References on a page are dropped: {@code page refs|pins [flags count map head]}. */
  PIN_DROPPED,
  /** The last reference on a page is gone: {@code page}. */
  PAGE_IDLE,
  /** The thread begins to fill a bio with pages that it pins: {@code bio}. */
  BIO_FILLING,
  /** The thread's bio is filled. */
  BIO_FILLED,
  /** A bio drops its references on all its pages: {@code bio}. */
  BIO_RELEASED,
  /** A pipe takes over a reference on a page: {@code pipe page [head]}. */
  PIPE_FILLED,
  /** A pipe drops its reference on a page: {@code pipe page [refs count map head]}. */
  PIPE_RELEASED,
  /** A page becomes that of a file's page: {@code pfn pgoff ino dev [dax]}. */
  PAGE_MAPPED,
  /** A page leaves its file's page cache: {@code page pgoff ino dev mapping [mapped]}. */
  PAGE_REMOVED,
  /**
   * Pages leave a DAX file while somebody has a reference to one of them: {@code entry count pgoff
   * ino dev [stack]}.
   */
  PAGE_LEFT,
  /** The thread begins to wait until no page of a file is pinned: {@code [ino dev mapped]}. */
  LAYOUT_BREAK_STARTED,
  /** The page that the thread waits for: {@code page}. */
  LAYOUT_BREAK_BLOCKED,
  /** The thread waits no more: {@code ret|arg1}. */
  LAYOUT_BREAK_FINISHED,
  /** The last user of an inode is gone: {@code ino dev links}. */
  INODE_EVICTED,
  /** A thread of another pid namespace was made: {@code tid level tid1 tid2}. */
  THREAD_STARTED,
  /** A file is made shorter, or longer, or keeps its size: {@code ino dev [size]}. */
  FILE_CUT;

  /** Returns whether somebody takes a reference with such a hit, or hands one on. */
  public boolean takes() {
    return this == PIN_TAKEN || this == PIPE_FILLED;
  }

  /** Returns the word for the meaning in a {@code .probes} file: {@code pin-taken}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<Meaning> of(String word) {
    return Arrays.stream(values()).filter(meaning -> meaning.word().equals(word)).findFirst();
  }

  /** Returns all words, for messages. */
  static String words() {
    return Arrays.stream(values()).map(Meaning::word).collect(Collectors.joining(", "));
  }
}
