/**
 * Tells people and programs of what is found while a run is watched: on the terminal, by a command,
 * in the journal, as metrics.
 *
 * <p>One thread watches and tells; a command runs on a thread of its own, so that a slow one delays
 * nothing.
 */
package io.pinaudit.cli.alarm;
