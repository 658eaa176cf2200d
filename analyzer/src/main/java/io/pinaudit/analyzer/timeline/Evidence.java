package io.pinaudit.analyzer.timeline;

import io.pinaudit.run.KernelSide;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Kinds of evidence, as the probe sets of the recorder name them; {@link #CALLS} alone is the
 * agent's.
 */
public enum Evidence {
  /** References taken on pages. */
  PINS,
  /** References dropped. */
  DROPS,
  /** Pages that a bio takes and releases. */
  BIOS,
  /** Pages that a pipe takes and releases. */
  PIPES,
  /** Blocks freed. */
  FREES,
  /** Blocks allocated. */
  ALLOCATIONS,
  /** Truncates waiting for pins. */
  WAITS,
  /** References taken on pages of the page cache, and dropped. */
  CACHED_PINS,
  /** Pages removed from the page cache while referenced. */
  REMOVALS,
  /** Pages that become the memory of a file. */
  PAGES,
  /** Inodes that are evicted. */
  INODES,
  /** System calls. */
  SYSCALLS,
  /** Threads of other pid namespaces. */
  THREADS,
  /** Files that become shorter, whoever cuts them. */
  CUTS,
  /** Which process cuts a file: a report names it, and no rule needs it. */
  CUTTERS,
  /** Accesses to memory that failed: a report tells them, and no rule needs them. */
  FAULTS,
  /** Hooked calls of a JVM. */
  CALLS;

  /** What the probes gave that were attached. */
  public static Set<Evidence> of(KernelSide kernel) {
    Set<String> attached =
        kernel.probes().stream()
            .filter(KernelSide.ProbeState::attached)
            .map(KernelSide.ProbeState::evidence)
            .collect(Collectors.toSet());
    Set<Evidence> all = EnumSet.allOf(Evidence.class);
    all.removeIf(evidence -> !attached.contains(evidence.probeName()));
    return all;
  }

  /** The evidence that probe sets and {@code run.json} call so; empty for what no rule knows. */
  public static Optional<Evidence> named(String probeName) {
    return Arrays.stream(values())
        .filter(evidence -> evidence != CALLS && evidence.probeName().equals(probeName))
        .findFirst();
  }

  /** The name in probe sets and {@code run.json}. */
  public String probeName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
