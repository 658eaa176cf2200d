/**
 * What a release says of the command line: man pages, and completion for bash, zsh and fish, all
 * written from the verbs and their options.
 *
 * <p>The build of a release starts {@link io.pinaudit.cli.manual.Manual}; no verb uses it. Depends
 * on {@code cli} for the verbs. One thread.
 */
package io.pinaudit.cli.manual;
