/**
 * The description of a run, {@code run.json}: what recorder and analyzer share.
 *
 * <p>Kernel, probes, devices, mounts, losses, and the marks in a trace. Depends on jackson-core and
 * the JDK. Data is immutable; readers and writers are confined to one thread.
 */
package io.pinaudit.run;
