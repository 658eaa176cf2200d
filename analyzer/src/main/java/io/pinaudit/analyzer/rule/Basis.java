package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.Evidence;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * Evidence that a rule can be applied on.
 *
 * @param needs what must be there
 * @param helps what the rule uses as well: without it, it still judges, but may miss something
 * @param shortfall what the rule cannot see on this evidence even if all of it is there; null if
 *     nothing
 */
public record Basis(Set<Evidence> needs, Set<Evidence> helps, String shortfall) {
  /** Keeps its own copies. */
  public Basis {
    needs = Collections.unmodifiableSet(EnumSet.copyOf(needs));
    helps = helps.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(helps));
  }

  /** The hooked calls of a JVM, which are all that the rule is about. */
  static Basis calls() {
    return new Basis(EnumSet.of(Evidence.CALLS), Set.of(), null);
  }

  /** The hooked calls of a JVM, and what else helps. */
  static Basis calls(Evidence helps) {
    return new Basis(EnumSet.of(Evidence.CALLS), EnumSet.of(helps), null);
  }

  /** The hooked calls of a JVM, where others may do the same and are not seen. */
  static Basis callsOnly(String shortfall) {
    return new Basis(EnumSet.of(Evidence.CALLS), Set.of(), shortfall);
  }

  /** All evidence that bears on what the rule finds. */
  public Set<Evidence> relevant() {
    Set<Evidence> all = EnumSet.copyOf(needs);
    all.addAll(helps);
    return all;
  }
}
