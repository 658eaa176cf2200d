package io.pinaudit.allocator;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/**
 * How to take one pin, where it differs from its pool. Immutable; each method returns a changed
 * copy.
 *
 * {@snippet :
 * extent.pin(PinOptions.named("backup read").policy(PinPolicy.COPY).transfer(Transfer.OUT));
 * }
 *
 * @param name for reports; a constant, since the place of each name is remembered
 * @param policy instead of the owner's
 * @param transfer which way the bytes go; for {@link PinPolicy#COPY}
 * @param deadline after which the pin is reported as overdue; it stays a pin
 * @param offsetBytes of the part that the I/O uses; for {@link Pin#segment}
 * @param lengthBytes of that part; -1 for all the rest
 */
public record PinOptions(
    String name,
    Optional<PinPolicy> policy,
    Transfer transfer,
    Optional<Duration> deadline,
    long offsetBytes,
    long lengthBytes) {
  public PinOptions {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(transfer, "transfer");
    if (offsetBytes < 0 || lengthBytes < -1) {
      throw new IndexOutOfBoundsException(
          "range %d+%d, expected an offset from 0 on and a length from 0 on, or -1"
              .formatted(offsetBytes, lengthBytes));
    }
    if (deadline.isPresent() && !deadline.get().isPositive()) {
      throw new IllegalArgumentException("deadline " + deadline.get() + ", expected more than 0");
    }
  }

  /** A pin with its owner's policy, in both directions, of the whole, without deadline. */
  public static PinOptions named(String name) {
    return new PinOptions(name, Optional.empty(), Transfer.BOTH, Optional.empty(), 0, -1);
  }

  /** With this policy instead of the owner's. */
  public PinOptions policy(PinPolicy policy) {
    return new PinOptions(name, Optional.of(policy), transfer, deadline, offsetBytes, lengthBytes);
  }

  /** With bytes going one way only: saves a copy. */
  public PinOptions transfer(Transfer transfer) {
    return new PinOptions(name, policy, transfer, deadline, offsetBytes, lengthBytes);
  }

  /** Reported as overdue if it lives longer. */
  public PinOptions deadline(Duration deadline) {
    return new PinOptions(name, policy, transfer, Optional.of(deadline), offsetBytes, lengthBytes);
  }

  /**
   * With {@link Pin#segment} being this part of the memory. Of an extent or arena the whole is
   * pinned all the same, of a {@link PinnedFile} the part; a copy is made of the part only.
   */
  public PinOptions range(long offsetBytes, long lengthBytes) {
    return new PinOptions(name, policy, transfer, deadline, offsetBytes, lengthBytes);
  }
}
