/**
 * Writes reports on audits, and words findings. Only clauses about what was not seen, and notes,
 * are worded by the parts that know of them. Every text from a trace is made printable here.
 *
 * <p>Only the writer of a report has state.
 */
package io.pinaudit.analyzer.report;
