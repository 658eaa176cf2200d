/**
 * The command line: verbs, their options, exit codes, and the only place that prints or exits.
 *
 * <p>{@link java.util.ServiceLoader} finds the verbs, those of other modules (lab) too, so that
 * nothing here depends on those modules. Everything runs on one thread, except child processes and
 * threads that a verb starts itself.
 */
package io.pinaudit.cli;
