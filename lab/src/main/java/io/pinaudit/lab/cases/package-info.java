/**
 * The Java half of the truth table's programs: each case pins memory, frees it, and measures what
 * happened without pinaudit. {@code lab/matrix.d} has the other half, in C.
 *
 * <p>Runs in a process of its own, in the guest. Depends on the files and pipes of {@code
 * io.pinaudit.samples} only. One thread runs the cases; pins and frees have threads of their own.
 */
package io.pinaudit.lab.cases;
