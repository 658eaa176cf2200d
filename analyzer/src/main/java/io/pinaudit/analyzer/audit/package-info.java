/**
 * One audit from its inputs to its verdict: finds the files, reads them, drives timeline and rules,
 * and says how much of the run was seen.
 *
 * <p>Depends on every package but {@code report} and {@code cli}. One thread.
 */
package io.pinaudit.analyzer.audit;
