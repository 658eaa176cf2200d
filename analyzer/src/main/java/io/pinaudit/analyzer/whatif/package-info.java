/**
 * What a run would have been elsewhere: on other kernels, on DAX, or with another remedy; and what
 * kernels do, as a table.
 *
 * <p>A watcher of an audit collects what took pinned pages away, or waited before it did; forecasts
 * are made of that when the audit is over. Depends on {@code trace}, {@code timeline}, {@code
 * finding} and {@code audit}; knows nothing of reports. Fed by one thread.
 */
package io.pinaudit.analyzer.whatif;
