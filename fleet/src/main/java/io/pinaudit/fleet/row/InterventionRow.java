package io.pinaudit.fleet.row;

import java.io.Serializable;
import java.time.Instant;

/**
 * What the guard of the agent did on one timeline, for one pair of lines of code and one file.
 *
 * @param timeline id of the timeline
 * @param host the machine
 * @param boot its boot
 * @param start when the guard first stepped in so; null if unknown
 * @param app the application
 * @param version its version
 * @param kernel release
 * @param kernelLine the first two numbers of the release
 * @param mode what the user asked the guard to do: {@code report}, {@code keep}, {@code fail} or
 *     {@code wait}
 * @param done {@code kept}, {@code refused}, {@code waited} or {@code passed}
 * @param reason why that was done and not what was asked for; empty if it was
 * @param operation the call before which the guard stepped in
 * @param holder the operation that used what the call would have taken
 * @param subject as what it was in use: {@code buffer}, {@code storage} or {@code memory}
 * @param file path of the file; empty if memory of no file was in use, or if it is not known
 * @param site the line of Java that made the call; empty if there is none
 * @param holderSite the line of Java that made the other one; empty if it is not known
 * @param count how often
 * @param nanos what all of them cost together, in nanoseconds
 * @param longestNanos what the dearest cost
 */
public record InterventionRow(
    String timeline,
    String host,
    String boot,
    Instant start,
    String app,
    String version,
    String kernel,
    String kernelLine,
    String mode,
    String done,
    String reason,
    String operation,
    String holder,
    String subject,
    String file,
    String site,
    String holderSite,
    long count,
    long nanos,
    long longestNanos)
    implements Serializable {}
