/**
 * Finds recordings below roots and reads of each what tells it from the others, without auditing
 * it. Confined to the thread that asks, except {@link io.pinaudit.fleet.find.Opened}, of which each
 * belongs to its own.
 */
package io.pinaudit.fleet.find;
