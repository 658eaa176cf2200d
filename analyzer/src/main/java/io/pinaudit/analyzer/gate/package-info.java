/**
 * Decides which findings matter to a team: those that are at least of a given severity, without
 * those that the team knows already (the baseline) and those that it has excused with a reason (the
 * suppressions).
 */
package io.pinaudit.analyzer.gate;
