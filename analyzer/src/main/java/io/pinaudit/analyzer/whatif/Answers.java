package io.pinaudit.analyzer.whatif;

import java.util.Optional;

/**
 * What is answered about a run; what was not asked is empty.
 *
 * @param onKernels what other kernels would do
 * @param remedies what the remedies would cost
 * @param asIfOnDax what it would have been on DAX
 */
public record Answers(
    Optional<OnKernels> onKernels, Optional<Remedies> remedies, Optional<AsIfOnDax> asIfOnDax) {
  /** Nothing was asked. */
  public static final Answers NONE =
      new Answers(Optional.empty(), Optional.empty(), Optional.empty());

  /** Whether anything was asked. */
  public boolean any() {
    return onKernels.isPresent() || remedies.isPresent() || asIfOnDax.isPresent();
  }
}
