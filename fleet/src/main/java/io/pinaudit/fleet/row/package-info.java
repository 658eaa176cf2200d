/**
 * The rows of a fleet's tables: each table has a record, each column a component.
 * docs/fleet-tables.md describes each column; a column is the component's name in lower case with
 * underscores.
 *
 * <p>All classes are immutable.
 */
package io.pinaudit.fleet.row;
