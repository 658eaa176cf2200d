/**
 * The truth table: records small programs that measure their own truth in the guest, and compares
 * the truth with what pinaudit reports.
 *
 * <p>One thread.
 */
package io.pinaudit.lab.matrix;
