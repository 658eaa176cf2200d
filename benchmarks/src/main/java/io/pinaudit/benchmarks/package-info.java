/**
 * Benchmarks, each as a ratio to a reference that runs beside it: a figure of one machine on one
 * day says little, a ratio says something.
 *
 * <p>May depend on anything; nothing depends on it. {@code benchmarks/run} runs them.
 */
package io.pinaudit.benchmarks;
