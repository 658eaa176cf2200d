package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.FileId;

/** The values of one event, whether the kernel printed them or not. Valid until the next event. */
public interface EventFields {
  /** A field is missing or is not what its name says, or the whole text is something else. */
  final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    private Malformed(String message, Throwable cause) {
      super(message, cause, false, false);
    }

    /** For a field that is missing, or is no number, or none that it can be. */
    public Malformed(Object field) {
      this("no usable field '" + field + "'", null);
    }

    /** What {@code trace-cmd report -R} and the trace option {@code fields} print. */
    static Malformed raw() {
      return new Malformed("raw fields instead of text (report without -R, option nofields)", null);
    }
  }

  /** Whether the event has it. */
  boolean has(EventField field);

  /** An integer; of 64 bits, unsigned if hexadecimal in text. */
  long value(EventField field) throws Malformed;

  /** An integer that text has in hexadecimal, with 0x before it or without. */
  default long hexadecimal(EventField field) throws Malformed {
    return value(field);
  }

  /** As {@link #value}, or something else if there is no such field. */
  default long valueOr(EventField field, long missing) throws Malformed {
    return has(field) ? value(field) : missing;
  }

  /** The inode that an event of a file system is about. */
  FileId file() throws Malformed;

  /** The inode that an event of the page cache is about. */
  FileId cachedFile() throws Malformed;

  /** The inode that a probe is about. */
  FileId probedFile() throws Malformed;

  /** Where in its file a page of the page cache is, in pages. */
  long cachePageOffset() throws Malformed;

  /** Whether the event is text that begins so. */
  boolean begins(String text);

  /** Where a probe is, {@code function+0x0} or {@code caller <- function}; null if it is none. */
  String place();

  /** The event as the kernel prints it. */
  TextFields asText();
}
