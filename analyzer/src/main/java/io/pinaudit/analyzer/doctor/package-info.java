/**
 * {@code pinaudit doctor}: tries on this machine what a recording needs, and says which rules will
 * have their evidence.
 *
 * <p>Depends on {@code rule} for what rules need and on {@code cli} for the verb; nothing depends
 * on it. One thread.
 */
package io.pinaudit.analyzer.doctor;
