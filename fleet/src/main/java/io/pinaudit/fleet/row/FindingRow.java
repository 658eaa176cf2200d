package io.pinaudit.fleet.row;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;

/**
 * A hazard of one timeline: all its occurrences through the same two stacks.
 *
 * @param timeline id of the timeline
 * @param finding the finding's number in the report of that timeline
 * @param host the machine
 * @param boot its boot
 * @param start when the hazard first occurred; null if unknown
 * @param app the application
 * @param version its version
 * @param kernel release
 * @param kernelLine the first two numbers of the release
 * @param fileSystem type of the file system in danger; empty if unknown
 * @param dax whether that file system has DAX
 * @param rule the hazard
 * @param severity in lower case
 * @param severityRank 0 for a warning, 1 for an error, 2 for critical
 * @param certainty in lower case
 * @param certaintyRank 0 for predicted, 1 for met, 2 for possible, 3 for observed, 4 for confirmed
 * @param fingerprint the text by which the finding is recognized in other runs
 * @param count how often the hazard occurred
 * @param longestNanos how long the longest of the worst occurrences lasted, in nanoseconds
 * @param what one clause that says what happened
 * @param place the file and range
 * @param site the line of Java to look at first; empty if there is none
 * @param holder the line of Java, or the operation, that pinned; empty if there is none
 * @param paths where the recordings of the timeline lay
 * @param sample the first occurrence as JSON, bounded
 */
public record FindingRow(
    String timeline,
    String finding,
    String host,
    String boot,
    Instant start,
    String app,
    String version,
    String kernel,
    String kernelLine,
    String fileSystem,
    boolean dax,
    String rule,
    String severity,
    int severityRank,
    String certainty,
    int certaintyRank,
    String fingerprint,
    long count,
    long longestNanos,
    String what,
    String place,
    String site,
    String holder,
    List<String> paths,
    String sample)
    implements Serializable {
  /** Returns this row with other values of what several findings add to. */
  public FindingRow with(Instant firstStart, long occurrences, long nanos) {
    return with(finding, firstStart, occurrences, nanos);
  }

  /** Returns this row with another number of the finding. */
  public FindingRow numbered(String number) {
    return with(number, start, count, longestNanos);
  }

  private FindingRow with(String number, Instant firstStart, long occurrences, long nanos) {
    return new FindingRow(
        timeline,
        number,
        host,
        boot,
        firstStart,
        app,
        version,
        kernel,
        kernelLine,
        fileSystem,
        dax,
        rule,
        severity,
        severityRank,
        certainty,
        certaintyRank,
        fingerprint,
        occurrences,
        nanos,
        what,
        place,
        site,
        holder,
        paths,
        sample);
  }
}
