/**
 * The hook table: which methods are instrumented, and what is done in each.
 *
 * <p>The package holds only immutable data.
 */
package io.pinaudit.agent.table;
