/**
 * Knowledge of kernels as data: which functions take and drop references, free blocks and wait.
 *
 * <p>The {@code .probes} files hold one dialect each, chosen by what exists on a kernel. Classes
 * are immutable unless they say otherwise.
 */
package io.pinaudit.probe;
