/**
 * The rows of a fleet's tables: one record a table, one component a column. docs/fleet.md describes
 * each column; a column is the component's name in lower case with underscores.
 *
 * <p>Depends on nothing of this program. All classes are immutable.
 */
package io.pinaudit.fleet.row;
