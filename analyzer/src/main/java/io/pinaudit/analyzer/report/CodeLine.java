package io.pinaudit.analyzer.report;

/**
 * A line of a source file.
 *
 * @param uri path relative to the source root, percent-encoded
 * @param line line number from 1; 0 or less if unknown
 */
record CodeLine(String uri, int line) {}
