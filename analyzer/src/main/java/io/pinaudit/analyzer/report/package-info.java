/**
 * Renders an audit. Prose is made here and nowhere else; every text from a trace is made printable
 * first.
 *
 * <p>Depends on {@code audit} and what it depends on. Stateless but for the writer of one report.
 */
package io.pinaudit.analyzer.report;
