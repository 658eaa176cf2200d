package io.pinaudit.record;

import io.pinaudit.run.KernelSide;
import java.io.IOException;

/**
 * Records the kernel's side of a run into a trace file, from its start until {@link #finish}: what
 * anybody does to pinned pages and to the audited devices, and the system calls of the processes
 * that the thread which started it starts, and theirs.
 *
 * <p>A probe that cannot be attached does not stop the recording: it is reported in {@link
 * KernelSide}. Closing removes everything from the kernel; safe from any thread, as a shutdown hook
 * needs it.
 */
public sealed interface KernelTracer extends AutoCloseable permits TracefsTracer, BpftraceTracer {
  /** What records. */
  enum Kind {
    /** tracefs, and bpftrace where that cannot be used. */
    AUTO,
    /** Kernel events through tracefs. */
    TRACEFS,
    /** A generated bpftrace program. */
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
      case AUTO -> startAny(options);
    };
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

  /** What is known so far. */
  KernelSide describe();

  /** Stops recording, reads the trace to its end and says what was recorded. */
  KernelSide finish() throws IOException, InterruptedException;

  @Override
  void close() throws IOException;
}
