/**
 * The truth table: small programs that measure their own truth, recorded in the guest and judged.
 *
 * <p>Depends on {@code guest}, {@code host} and the analyzer. One thread.
 */
package io.pinaudit.lab.matrix;
