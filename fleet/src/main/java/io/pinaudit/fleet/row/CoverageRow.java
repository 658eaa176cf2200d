package io.pinaudit.fleet.row;

import java.io.Serializable;
import java.time.Instant;

/**
 * How far one rule could be applied to one timeline.
 *
 * @param timeline whose
 * @param host the machine
 * @param start when the timeline began; null if unknown
 * @param app the application
 * @param version its version
 * @param kernelLine the first two numbers of the kernel's release
 * @param rule the hazard
 * @param outcome {@code applied}, {@code ruled-out}, {@code applied-in-part}, {@code not-applied}
 * @param conclusive whether the hazard surely did not happen if nothing was found
 * @param why why the hazard was ruled out, or what was not seen
 */
public record CoverageRow(
    String timeline,
    String host,
    Instant start,
    String app,
    String version,
    String kernelLine,
    String rule,
    String outcome,
    boolean conclusive,
    String why)
    implements Serializable {}
