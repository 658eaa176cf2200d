package io.pinaudit.analyzer.finding;

/**
 * A reason why an instance is only {@link Certainty#POSSIBLE}: something was not seen or is not
 * known.
 */
public enum Doubt {
  /** Events were lost, or not readable, while the pin lived; its end may have been one of them. */
  EVENTS_LOST,
  /** A probe that sees the ends of pins missed some of its hits, at an unknown time. */
  ENDS_MISSED,
  /** The recorder may miss the release of a bio without noticing, and did not see this release. */
  END_UNCOUNTED,
  /** The end of the pin was not seen; the kernel may have dropped it where there is no probe. */
  END_UNTRACED,
  /** The references were counted when the page left its file; the I/O ended before the free. */
  COUNTED_EARLIER,
  /** The overlap was shorter than the clocks of the recordings can resolve. */
  CLOCKS,
  /** The range of the file, or the memory, that the I/O used is not known. */
  RANGE_UNKNOWN,
  /** The file has no name any more, but some process may still have it open. */
  PERHAPS_OPEN,
  /** The I/O was over when the call returned, so the call may have waited for the I/O. */
  MAY_HAVE_WAITED,
  /** The recording does not show who reads the pipe, nor when. */
  READER_UNSEEN,
  /** It is not known whether the file is on a DAX file system. */
  FILE_SYSTEM_UNKNOWN,
  /**
   * The garbage collector unmapped the mapping, at a time when perhaps no thread could reach it.
   */
  PERHAPS_UNREACHABLE
}
