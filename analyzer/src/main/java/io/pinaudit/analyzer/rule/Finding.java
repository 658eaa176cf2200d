package io.pinaudit.analyzer.rule;

import java.util.List;
import java.util.Optional;

/**
 * One hazard, with everything that proves it; prose is a report's business.
 *
 * @param rule name of the rule
 * @param severity how bad
 * @param certainty how sure
 * @param instances each time it happened through the same lines of code, in order of time; the
 *     first is the one to show
 */
public record Finding(
    String rule, Severity severity, Certainty certainty, List<Instance> instances) {
  /** The instance to show. */
  public Instance first() {
    return instances.getFirst();
  }

  /**
   * One occurrence.
   *
   * @param place the file and blocks in danger
   * @param steps in order of {@link Step.Role}
   * @param nanos how long it lasted; to the end of the recording if it did not end
   * @param ended whether its end was seen
   * @param ambiguous whether other pins of the same pages lived too, so that the pin shown is the
   *     likely one
   */
  public record Instance(
      Place place, List<Step> steps, long nanos, boolean ended, boolean ambiguous) {
    /** The step of a role, if the instance has one. */
    public Optional<Step> step(Step.Role role) {
      return steps.stream().filter(step -> step.role() == role).findFirst();
    }
  }
}
