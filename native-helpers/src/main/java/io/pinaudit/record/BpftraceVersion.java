package io.pinaudit.record;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bpftrace release, so far as its language differs.
 *
 * @param major the number before the first point
 * @param minor the number after the first point
 */
public record BpftraceVersion(int major, int minor) implements Comparable<BpftraceVersion> {
  private static final Pattern TEXT = Pattern.compile("bpftrace v?(\\d{1,4})\\.(\\d{1,4})");

  /** The release in Debian 12, the oldest that is tested. */
  public static final BpftraceVersion OLDEST_TESTED = new BpftraceVersion(0, 17);

  private static final BpftraceVersion CHOOSES_CLOCK = new BpftraceVersion(0, 19);

  /**
   * Parses what {@code bpftrace --version} prints.
   *
   * @throws IllegalArgumentException if it is not that
   */
  static BpftraceVersion parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.find()) {
      throw new IllegalArgumentException("not a version of bpftrace: " + text.strip());
    }
    return new BpftraceVersion(
        Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }

  /**
   * Returns whether a program can choose that {@code nsecs} is CLOCK_MONOTONIC; otherwise it is
   * CLOCK_BOOTTIME.
   */
  boolean choosesClock() {
    return compareTo(CHOOSES_CLOCK) >= 0;
  }

  @Override
  public int compareTo(BpftraceVersion other) {
    return major != other.major
        ? Integer.compare(major, other.major)
        : Integer.compare(minor, other.minor);
  }

  @Override
  public String toString() {
    return major + "." + minor;
  }
}
