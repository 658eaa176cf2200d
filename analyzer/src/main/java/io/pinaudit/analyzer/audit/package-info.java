/**
 * Runs one audit from its inputs to its verdict: finds the files, reads them, feeds timeline and
 * rules, and says how much of the run was seen.
 *
 * <p>Each audit is confined to one thread.
 */
package io.pinaudit.analyzer.audit;
