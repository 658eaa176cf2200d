/**
 * The hook table: which methods are instrumented, and what is done in each.
 *
 * <p>Data only; depends on {@code weave} for the ways to instrument. Everything is immutable.
 */
package io.pinaudit.agent.table;
