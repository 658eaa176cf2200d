/**
 * The command line: verbs, their options, exit codes, and the only place that prints or exits.
 *
 * <p>Stands above the analyzer and the recorder. Verbs of modules further out (lab) are found
 * through {@link java.util.ServiceLoader}, so that nothing here depends on them. One thread, but
 * for the children that a verb starts itself.
 */
package io.pinaudit.cli;
