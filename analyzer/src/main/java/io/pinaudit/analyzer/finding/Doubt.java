package io.pinaudit.analyzer.finding;

/**
 * A reason why an instance is only {@link Certainty#POSSIBLE}: something was not seen or is not
 * known.
 */
public enum Doubt {
  /** Events were lost, or not readable, while the pin lived; its end may have been one of them. */
  EVENTS_LOST("events were lost or not readable while the pin lived, its end perhaps among them"),
  /** A probe that sees the ends of pins missed some of its hits, at an unknown time. */
  ENDS_MISSED("a probe that tells of ends of pins missed some of its hits, perhaps this pin's end"),
  /** The recorder may miss the release of a bio without noticing, and did not see this release. */
  END_UNCOUNTED(
      "the release of the pin's bio was not seen, and bpftrace may miss one without a word"),
  /** The end of the pin was not seen; the kernel may have dropped it where there is no probe. */
  END_UNTRACED("the end of the pin was not seen, and may have been where no probe is"),
  /** The references were counted when the page left its file; the I/O ended before the free. */
  COUNTED_EARLIER(
      "the page was held when it left its file, but no longer when its block was freed"),
  /** The overlap was shorter than the clocks of the recordings can resolve. */
  CLOCKS("the overlap is shorter than the clocks can tell"),
  /** The range of the file, or the memory, that the I/O used is not known. */
  RANGE_UNKNOWN("which bytes of the file the I/O used is not known"),
  /** The file has no name any more, but some process may still have it open. */
  PERHAPS_OPEN("the deleted file may still be open somewhere, and keep its blocks"),
  /** The I/O was over when the call returned, so the call may have waited for the I/O. */
  MAY_HAVE_WAITED("the I/O was over when the call returned, which may have waited for it"),
  /** The recording does not show who reads the pipe, nor when. */
  READER_UNSEEN("who reads the pipe, and when, is not seen"),
  /** It is not known whether the file is on a DAX file system. */
  FILE_SYSTEM_UNKNOWN("whether the file is on a DAX file system is not known"),
  /**
   * The garbage collector unmapped the mapping, at a time when perhaps no thread could reach it.
   */
  PERHAPS_UNREACHABLE(
      "only the garbage collector, or nobody, unmapped the mapping: perhaps nobody could reach"
          + " it any more");

  private final String words;

  Doubt(String words) {
    this.words = words;
  }

  /** Returns the reason as a clause for people. */
  public String words() {
    return words;
  }
}
