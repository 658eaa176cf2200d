/**
 * The command line: verbs, their options, exit codes, and the only place that prints or exits.
 *
 * <p>May depend on every other package of the analyzer and on {@code io.pinaudit.linux}. Verbs of
 * modules further out (lab) are found through {@link java.util.ServiceLoader}, so that nothing here
 * depends on them. One thread, but for the children a verb starts itself.
 */
package io.pinaudit.analyzer.cli;
