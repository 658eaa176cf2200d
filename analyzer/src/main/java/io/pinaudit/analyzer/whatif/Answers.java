package io.pinaudit.analyzer.whatif;

import java.util.Optional;

/**
 * The answers to questions about a run; the answer to a question that nobody asked is empty.
 *
 * @param onKernels what other kernels would do
 * @param remedies what the remedies would cost
 * @param asIfOnDax what would have happened on DAX
 */
public record Answers(
    Optional<OnKernels> onKernels, Optional<Remedies> remedies, Optional<AsIfOnDax> asIfOnDax) {
  /** The answers if nothing was asked. */
  public static final Answers NONE =
      new Answers(Optional.empty(), Optional.empty(), Optional.empty());

  /** Returns whether anything was asked. */
  public boolean any() {
    return onKernels.isPresent() || remedies.isPresent() || asIfOnDax.isPresent();
  }
}
