package io.pinaudit.run;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The kinds of evidence that a recording can hold. {@link #CALLS} comes from the agent; all other
 * kinds come from the kernel, by the recorder's probe sets, which use the same names.
 */
public enum Evidence {
  /** References that are taken on pages. */
  PINS,
  /** References on pages that are dropped. */
  DROPS,
  /** Pages that a bio (a block I/O of the kernel) takes and releases. */
  BIOS,
  /** Pages that a pipe takes and releases. */
  PIPES,
  /** Blocks that are freed. */
  FREES,
  /** Blocks that are allocated. */
  ALLOCATIONS,
  /** Pages that leave a DAX file while somebody has references to them. */
  COUNTS,
  /** Truncates that wait for pins. */
  WAITS,
  /** References that are taken on pages of the page cache, and dropped. */
  CACHED_PINS,
  /** Pages that are removed from the page cache while references on them live. */
  REMOVALS,
  /** Pages that become the memory of a file. */
  PAGES,
  /** Inodes that are evicted. */
  INODES,
  /** System calls. */
  SYSCALLS,
  /** Threads of other pid namespaces, with both of their numbers. */
  THREADS,
  /** Files that become shorter, whichever process cuts them. */
  CUTS,
  /** The process that cuts a file: reports name it, and no rule needs it. */
  CUTTERS,
  /** Accesses to memory that failed: reports tell them, and no rule needs them. */
  FAULTS,
  /** Hooked calls of a JVM. */
  CALLS;

  /** Returns the evidence that the attached probes gave. */
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

  /**
   * Returns the evidence of a name of the probe sets and {@code run.json}; empty if no rule knows
   * the name.
   */
  public static Optional<Evidence> named(String probeName) {
    return Arrays.stream(values())
        .filter(evidence -> evidence != CALLS && evidence.probeName().equals(probeName))
        .findFirst();
  }

  /** Returns the name that probe sets and {@code run.json} use. */
  public String probeName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
