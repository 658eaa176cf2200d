package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.FileId;

/**
 * The values of one event, read from the kernel's text or from binary data. The values are valid
 * until the next event.
 */
public interface EventFields {
  /**
   * Says that a field is missing or is not what its name says, or that the whole text is something
   * else.
   */
  final class Malformed extends Exception {
    private static final long serialVersionUID = 1;

    private Malformed(String message, Throwable cause) {
      super(message, cause, false, false);
    }

    /**
     * Makes the exception for a field that is missing, is no number, or has an impossible number.
     */
    public Malformed(Object field) {
      this("no usable field '" + field + "'", null);
    }

    /**
     * Makes the exception for raw fields, which {@code trace-cmd report -R} and the trace option
     * {@code fields} print.
     */
    static Malformed raw() {
      return new Malformed("raw fields instead of text (report without -R, option nofields)", null);
    }
  }

  /** Returns whether the event has the field. */
  boolean has(EventField field);

  /** Returns an integer. A hexadecimal number of 64 bits in text is unsigned. */
  long value(EventField field) throws Malformed;

  /** Returns an integer that is hexadecimal in text, with or without 0x before it. */
  default long hexadecimal(EventField field) throws Malformed {
    return value(field);
  }

  /** Returns what {@link #value} does; {@code missing} if the event has no such field. */
  default long valueOr(EventField field, long missing) throws Malformed {
    return has(field) ? value(field) : missing;
  }

  /** Returns the inode in an event of a file system. */
  FileId file() throws Malformed;

  /** Returns the inode in an event of the page cache. */
  FileId cachedFile() throws Malformed;

  /** Returns the inode in an event of a probe. */
  FileId probedFile() throws Malformed;

  /** Returns the number of a page of the page cache in its file, from 0. */
  long cachePageOffset() throws Malformed;

  /** Returns whether the event is text that begins with the given text. */
  boolean begins(String text);

  /**
   * Returns the place of a probe, {@code function+0x0} or {@code caller <- function}; null if the
   * event is no probe's.
   */
  String place();

  /** Returns the event as the kernel prints it. */
  TextFields asText();
}
