/**
 * The truth table: records small programs that measure their own truth in the guest, and compares
 * the truth with what pinaudit reports.
 *
 * <p>Depends on {@code cases}, {@code guest}, {@code host} and the analyzer. One thread.
 */
package io.pinaudit.lab.matrix;
