package io.pinaudit.analyzer.rule;

import io.pinaudit.run.Evidence;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/**
 * A set of evidence that suffices to apply a rule.
 *
 * @param needs the evidence without which the rule cannot be applied
 * @param helps the evidence that the rule also uses; without this evidence the rule is applied, but
 *     may miss something
 * @param shortfall what the rule cannot see on this evidence even if all of it is there; null if
 *     nothing
 */
public record Basis(Set<Evidence> needs, Set<Evidence> helps, String shortfall) {
  /** Keeps own copies of the sets. */
  public Basis {
    needs = Collections.unmodifiableSet(EnumSet.copyOf(needs));
    helps = helps.isEmpty() ? Set.of() : Collections.unmodifiableSet(EnumSet.copyOf(helps));
  }

  /** Returns the basis of a rule that needs nothing but the hooked calls of a JVM. */
  static Basis calls() {
    return new Basis(EnumSet.of(Evidence.CALLS), Set.of(), null);
  }

  /** Returns the basis of a rule that needs the hooked calls of a JVM and can use more evidence. */
  static Basis calls(Evidence helps) {
    return new Basis(EnumSet.of(Evidence.CALLS), EnumSet.of(helps), null);
  }

  /**
   * Returns the basis of a rule that sees the hooked calls of a JVM, but not what others may do.
   */
  static Basis callsOnly(String shortfall) {
    return new Basis(EnumSet.of(Evidence.CALLS), Set.of(), shortfall);
  }

  /** Returns all evidence that bears on what the rule finds. */
  public Set<Evidence> relevant() {
    Set<Evidence> all = EnumSet.copyOf(needs);
    all.addAll(helps);
    return all;
  }
}
