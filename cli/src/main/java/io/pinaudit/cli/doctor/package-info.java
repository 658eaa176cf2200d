/**
 * {@code pinaudit doctor}: tries on this machine what a recording needs, and says which rules will
 * have their evidence.
 *
 * <p>Depends on the analyzer's rules and on {@code cli} for the verb; nothing depends on it. One
 * thread.
 */
package io.pinaudit.cli.doctor;
