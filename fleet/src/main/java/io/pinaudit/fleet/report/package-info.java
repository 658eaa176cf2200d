/**
 * Reports on a fleet's tables: what is new, what came back, what is no longer seen, where, and what
 * was not looked at. Confined to the thread that asks.
 */
package io.pinaudit.fleet.report;
