package io.pinaudit.record;

import io.pinaudit.run.KernelSide;
import java.io.IOException;

/**
 * Records the kernel's events of a run into a trace file, from the start until {@link #finish}:
 * what any process does to pinned pages and to the audited devices, and the system calls of the
 * followed processes.
 *
 * <p>A probe that cannot be attached does not stop the recording: {@link KernelSide} reports it.
 * Closing removes everything from the kernel, and is safe from any thread, as a shutdown hook needs
 * it.
 */
public sealed interface KernelTracer extends AutoCloseable permits TracefsTracer, BpftraceTracer {
  /** The kinds of recorders. */
  enum Kind {
    /**
     * The recorder uses tracefs, or bpftrace if tracefs cannot be used. Of hazards alone it uses
     * bpftrace where a device's blocks are pages and only that can count a page's references.
     */
    AUTO,
    /** The recorder reads kernel events through tracefs. */
    TRACEFS,
    /** The recorder runs a generated bpftrace program. */
    BPFTRACE
  }

  /**
   * Starts recording; returns when all probes are attached.
   *
   * @throws IOException if this kind of recorder cannot be used here; the message says why
   */
  static KernelTracer start(TracerOptions options) throws IOException {
    return switch (options.recorder()) {
      case TRACEFS -> TracefsTracer.start(options);
      case BPFTRACE -> BpftraceTracer.start(options);
      case AUTO -> BpftraceTracer.isBest(options) ? startBpftrace(options) : startAny(options);
    };
  }

  private static KernelTracer startBpftrace(TracerOptions options) throws IOException {
    try {
      return BpftraceTracer.start(options);
    } catch (IOException why) {
      try {
        return TracefsTracer.start(options);
      } catch (IOException e) {
        why.addSuppressed(e);
        throw why;
      }
    }
  }

  private static KernelTracer startAny(TracerOptions options) throws IOException {
    try {
      return TracefsTracer.start(options);
    } catch (IOException why) {
      try {
        return BpftraceTracer.start(options);
      } catch (IOException e) {
        why.addSuppressed(e);
        throw why;
      }
    }
  }

  /** Returns what is known of the recording so far. */
  KernelSide describe();

  /** Stops recording, reads the trace to its end, and returns what was recorded. */
  KernelSide finish() throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
