/**
 * {@code pinaudit doctor}: tries on this machine what a recording needs, and says which rules will
 * have their evidence.
 *
 * <p>One thread.
 */
package io.pinaudit.cli.doctor;
