package io.pinaudit.probe;

import java.util.Set;

/**
 * The functions and tracepoints of a kernel that can be probed.
 *
 * @param functions names of functions; empty without kprobes
 * @param tracepoints of the kernel and of its loaded modules: {@code ext4:ext4_free_blocks}
 */
public record ProbeTargets(Set<String> functions, Set<String> tracepoints) {
  /** Returns whether the target of a probe exists. */
  boolean has(Probe probe) {
    return switch (probe) {
      case Probe.Function function -> functions.contains(function.symbol());
      case Probe.Tracepoint event -> tracepoints.contains(event.group() + ":" + event.name());
    };
  }

  /** Returns whether a subsystem or module exists that has tracepoints of its own. */
  boolean hasGroup(String group) {
    return tracepoints.stream().anyMatch(name -> name.startsWith(group + ":"));
  }
}
