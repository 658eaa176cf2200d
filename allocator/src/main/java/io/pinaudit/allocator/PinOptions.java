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
 * @param name what reports call the pin. Use a constant: the pool remembers where each name is
 *     first used, for the first 4096 names
 * @param policy the policy of this pin; if empty, that of its pool, arena or file
 * @param transfer in which direction the I/O moves bytes; only {@link PinPolicy#COPY} uses it
 * @param deadline how long the pin may be open before it is reported as overdue; the pin holds its
 *     storage after that, too
 * @param offsetBytes where the part begins that the I/O uses, counted from the memory's beginning;
 *     {@link Pin#segment} is this part
 * @param lengthBytes how long that part is; -1 stands for the rest of the memory
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

  /**
   * Options that differ from the defaults by nothing: the owner's policy, {@link Transfer#BOTH},
   * all of the memory, no deadline.
   */
  public static PinOptions named(String name) {
    return new PinOptions(name, Optional.empty(), Transfer.BOTH, Optional.empty(), 0, -1);
  }

  /** Returns options with this policy instead of the owner's. */
  public PinOptions policy(PinPolicy policy) {
    return new PinOptions(name, Optional.of(policy), transfer, deadline, offsetBytes, lengthBytes);
  }

  /**
   * Returns options for an I/O that moves bytes in this direction only; with {@link PinPolicy#COPY}
   * that saves a copy.
   */
  public PinOptions transfer(Transfer transfer) {
    return new PinOptions(name, policy, transfer, deadline, offsetBytes, lengthBytes);
  }

  /**
   * Returns options for a pin that is reported as overdue if it is open for longer. The report
   * comes up to a sixteenth of the deadline late. Such a pin reads a clock when it is taken, which
   * takes some 25 ns.
   *
   * @throws IllegalArgumentException if the deadline is not more than 0
   */
  public PinOptions deadline(Duration deadline) {
    return new PinOptions(name, policy, transfer, Optional.of(deadline), offsetBytes, lengthBytes);
  }

  /**
   * Returns options for a part of the memory, which {@link Pin#segment} then is. A pin of an extent
   * or arena still holds all of it; a pin of a {@link PinnedFile} holds the part only. With {@link
   * PinPolicy#COPY} only the part is copied.
   */
  public PinOptions range(long offsetBytes, long lengthBytes) {
    return new PinOptions(name, policy, transfer, deadline, offsetBytes, lengthBytes);
  }
}
