/**
 * Knowledge of kernels as data: which functions take and drop references, free blocks and wait.
 *
 * <p>The {@code .probes} files hold one dialect each, chosen by what exists on a kernel. Depends on
 * {@code run} and {@code linux}. Immutable but where a class says otherwise.
 */
package io.pinaudit.probe;
