/**
 * Answers what would have happened in a run on other kernels, on DAX, or with a remedy, and holds
 * the table of what kernels do.
 *
 * <p>A watcher of an audit collects the calls that took pinned pages away, or waited before they
 * did; the forecasts follow when the audit is over. One thread feeds it.
 */
package io.pinaudit.analyzer.whatif;
