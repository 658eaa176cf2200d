/**
 * Decides which findings matter to a team: those of a severity, without the ones it knows already
 * (the baseline) and the ones it has excused with a reason (the suppressions).
 *
 * <p>Depends on {@code audit} and {@code rule}. Values only; safe for any thread.
 */
package io.pinaudit.analyzer.gate;
