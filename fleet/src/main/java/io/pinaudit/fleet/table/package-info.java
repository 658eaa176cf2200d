/**
 * Keeps a fleet's tables in a folder: Parquet files by day, in versions of which one is current, so
 * that a reader sees all of a commit or nothing of it. One process writes at a time, on one thread;
 * any number may read.
 */
package io.pinaudit.fleet.table;
