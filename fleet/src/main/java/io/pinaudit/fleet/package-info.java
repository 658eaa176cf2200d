/**
 * The verb {@code fleet}: audits the recordings of many hosts into tables, and reports on them.
 *
 * <p>Its packages, each of which depends only on those before it: {@code row} (the tables'
 * columns), {@code find} (recordings below roots), {@code table} (Parquet files and commits),
 * {@code audit} (timelines and their audits), {@code report}. One thread drives the verb; audits
 * have their own threads.
 */
package io.pinaudit.fleet;
