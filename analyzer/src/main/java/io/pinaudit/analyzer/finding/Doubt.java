package io.pinaudit.analyzer.finding;

/** What keeps an instance from being more than possible: what was not seen, or is not known. */
public enum Doubt {
  /** Events were lost, or not readable, while the pin lived; its end may have been one of them. */
  EVENTS_LOST,
  /** A probe of ends of pins missed some of its hits, nobody knows when. */
  ENDS_MISSED,
  /** The recorder may miss that a bio is released and cannot tell: this release was not seen. */
  END_UNCOUNTED,
  /** The end of the pin was not seen, and may have been where no probe is. */
  END_UNTRACED,
  /** It lasted for less than the clocks can tell. */
  CLOCKS,
  /** Where the I/O was in the file, or its memory, is not known. */
  RANGE_UNKNOWN,
  /** The file has no name any more, but may still be open somewhere. */
  PERHAPS_OPEN,
  /** The I/O was over when the call returned: the call may have waited for it. */
  MAY_HAVE_WAITED,
  /** Who reads the pipe, and when, is not seen. */
  READER_UNSEEN,
  /** Whether the file is on a DAX file system is not known. */
  FILE_SYSTEM_UNKNOWN,
  /**
   * The garbage collector unmapped the mapping, which nobody may have been able to reach by then.
   */
  PERHAPS_UNREACHABLE
}
