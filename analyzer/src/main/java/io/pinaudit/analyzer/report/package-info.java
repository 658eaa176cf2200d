/**
 * Writes reports on audits. All prose of the analyzer is made in this package, which first makes
 * every text from a trace printable.
 *
 * <p>The package depends on {@code audit} and what that depends on. Only the writer of a report has
 * state.
 */
package io.pinaudit.analyzer.report;
