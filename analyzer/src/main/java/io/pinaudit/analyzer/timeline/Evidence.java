package io.pinaudit.analyzer.timeline;

import io.pinaudit.run.KernelSide;
import java.util.EnumSet;
import java.util.Locale;
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

  /** Whether a probe gives it. */
  boolean is(KernelSide.ProbeState probe) {
    return probeName().equals(probe.evidence());
  }

  /** The name in probe sets and {@code run.json}. */
  public String probeName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
