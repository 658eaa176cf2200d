/**
 * The hook table: which methods are instrumented, and what is done in each.
 *
 * <p>The package holds only immutable data. It depends on {@code weave} for the ways to instrument.
 */
package io.pinaudit.agent.table;
