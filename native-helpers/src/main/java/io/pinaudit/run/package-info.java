/**
 * The description of a run, {@code run.json}, which recorder and analyzer share.
 *
 * <p>It describes the kernel, probes, devices, mounts, losses, and the marks in a trace, and knows
 * how files of a run directory are named, shared and bounded. The data classes are immutable;
 * readers and writers are confined to one thread.
 */
package io.pinaudit.run;
