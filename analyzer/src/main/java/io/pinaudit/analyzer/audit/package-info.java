/**
 * Runs one audit from its inputs to its verdict: finds the files, reads them, feeds timeline and
 * rules, and says how much of the run was seen.
 *
 * <p>The package depends on every package but {@code report} and {@code cli}. Each audit is
 * confined to one thread.
 */
package io.pinaudit.analyzer.audit;
