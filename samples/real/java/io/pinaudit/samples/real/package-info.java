/**
 * Small programs that use real libraries, and what goes wrong in them: each is a main class that
 * takes a folder, and most take {@code --fixed} to do the same rightly.
 *
 * <p>Each prints the truth, which it measures without pinaudit, as its last line. The programs may
 * use the libraries of the samples, and nothing else of pinaudit.
 */
package io.pinaudit.samples.real;
