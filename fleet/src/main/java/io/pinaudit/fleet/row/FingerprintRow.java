package io.pinaudit.fleet.row;

import java.time.Instant;

/**
 * One finding of an application on one day, over all hosts.
 *
 * @param fingerprint the text by which the finding is recognized in other runs
 * @param app the application: findings without stacks of two programs may have one fingerprint
 * @param rule the hazard
 * @param severity the worst, in lower case
 * @param severityRank its rank
 * @param hosts number of hosts that have the finding
 * @param timelines number of timelines that have the finding
 * @param count how often the hazard occurred
 * @param firstSeen its first occurrence of the day; null if unknown
 * @param lastSeen the last first occurrence in a timeline of the day; null if unknown
 * @param site the line of Java to look at first
 * @param what one clause that says what happened in the worst of them
 */
public record FingerprintRow(
    String fingerprint,
    String app,
    String rule,
    String severity,
    int severityRank,
    long hosts,
    long timelines,
    long count,
    Instant firstSeen,
    Instant lastSeen,
    String site,
    String what) {}
