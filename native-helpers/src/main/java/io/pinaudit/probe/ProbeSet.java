package io.pinaudit.probe;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The probes for one kernel, chosen by testing what exists in it, never by a version number.
 *
 * @param name of the dialect: its {@code .probes} resource without the ending
 * @param constants kernel constants that a reader of the trace needs, as that file believes them
 * @param probes in the order of the file
 */
public record ProbeSet(String name, Map<String, Long> constants, List<Probe> probes) {
  /** The dialects that are recorded beside every set. */
  static final List<String> BESIDE = List.of("threads", "cutters");

  /** Returns whether the set has a probe that only bpftrace can have. */
  public boolean wantsBpftrace(ProbeTargets targets) {
    return probes.stream().anyMatch(probe -> probe.computes() && targets.has(probe));
  }

  /** Returns the set of the first dialect whose required functions all exist. */
  public static ProbeSet choose(ProbeTargets targets) throws IOException {
    for (Dialect dialect : Dialect.ofKernels()) {
      if (dialect.appliesTo(targets)) {
        return dialect.probes(targets);
      }
    }
    throw new IllegalStateException("the dialect without requirements applies everywhere");
  }

  /**
   * Returns the probes of this set, and those that are recorded beside every set, as far as they
   * belong to a scope.
   */
  public List<Probe> recorded(ProbeTargets targets, Scope scope) throws IOException {
    List<Probe> all = new ArrayList<>(probes);
    for (String name : BESIDE) {
      Dialect beside = Dialect.load(name);
      if (beside.appliesTo(targets)) {
        all.addAll(beside.probes(targets).probes());
      }
    }
    return all.stream().filter(scope::has).toList();
  }
}
