package io.pinaudit.analyzer.trace;

import io.pinaudit.events.FileEvent;

/** As what memory or bytes of a file are in use, or as what two calls have them in common. */
public enum Use implements Word {
  /** Mapped pages of a file, which are the buffer of an I/O or pinned. */
  BUFFER(FileEvent.BUFFER),
  /** Bytes of a file that direct I/O reads or writes. */
  STORAGE(FileEvent.STORAGE),
  /** Addresses of memory, which is the buffer of an I/O or pinned. */
  MEMORY(FileEvent.MEMORY);

  private final String word;

  Use(String word) {
    this.word = word;
  }

  @Override
  public String word() {
    return word;
  }
}
