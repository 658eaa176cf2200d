package io.pinaudit.allocator;

import io.pinaudit.allocator.storage.Medium;
import io.pinaudit.allocator.storage.Space;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * How to open a pool, an arena or a file. Immutable; each method returns a changed copy.
 *
 * {@snippet :
 * PoolOptions.ofLength(64 << 20).policy(PinPolicy.WAIT).patience(Duration.ofSeconds(2));
 * }
 */
public final class PoolOptions {
  private static final System.Logger LOGGER = System.getLogger("io.pinaudit.allocator");

  /**
   * For how long nothing of a DAX file must have been pinned; longer than an interrupt takes, also
   * where processors are shared.
   */
  private static final Duration REST = Duration.ofMillis(100);

  // Written by the methods below only, before the copy is returned.
  private long lengthBytes;
  private long mostLengthBytes;
  private PinPolicy policy = PinPolicy.DEFER;
  private Duration patience = Duration.ofSeconds(10);
  private boolean releasesBlocks;
  private int tracedOfPins = 128;
  private boolean checks;
  private boolean ignoresPins;
  private boolean asOnDax;
  private Duration rest = REST;
  private Consumer<PinReport> onLeak = PoolOptions::log;
  private UnaryOperator<Medium> medium = UnaryOperator.identity();

  private PoolOptions() {}

  /**
   * The defaults: policy DEFER, 10 seconds of patience, no growth, freed blocks stay the file's,
   * leaks are logged. An existing pool keeps its length.
   *
   * @param lengthBytes of the file if it has to be created, at least 256 KiB; rounded up to blocks
   */
  public static PoolOptions ofLength(long lengthBytes) {
    requirePositive(lengthBytes);
    PoolOptions options = new PoolOptions();
    options.lengthBytes = lengthBytes;
    return options;
  }

  private static void requirePositive(long lengthBytes) {
    if (lengthBytes <= 0) {
      throw new IllegalArgumentException("length " + lengthBytes + ", expected more than 0");
    }
  }

  /** For a pool that has to exist, and for arenas and files. */
  public static PoolOptions defaults() {
    return new PoolOptions();
  }

  private PoolOptions copy(Consumer<PoolOptions> change) {
    PoolOptions copy = new PoolOptions();
    copy.lengthBytes = lengthBytes;
    copy.mostLengthBytes = mostLengthBytes;
    copy.policy = policy;
    copy.patience = patience;
    copy.releasesBlocks = releasesBlocks;
    copy.tracedOfPins = tracedOfPins;
    copy.checks = checks;
    copy.ignoresPins = ignoresPins;
    copy.asOnDax = asOnDax;
    copy.rest = rest;
    copy.onLeak = onLeak;
    copy.medium = medium;
    change.accept(copy);
    return copy;
  }

  /**
   * The pool grows up to this length, twofold each time, when an allocation needs it. A pool that
   * is longer already does not grow.
   *
   * @throws IllegalArgumentException if it is less than the length of a new pool
   */
  public PoolOptions growTo(long mostLengthBytes) {
    requirePositive(mostLengthBytes);
    if (mostLengthBytes < lengthBytes) {
      throw new IllegalArgumentException(
          "growth to " + mostLengthBytes + ", expected the length, " + lengthBytes + ", or more");
    }
    return copy(to -> to.mostLengthBytes = mostLengthBytes);
  }

  /** What frees, shrinks and closes do when they meet a pin that does not say otherwise. */
  public PoolOptions policy(PinPolicy policy) {
    Objects.requireNonNull(policy, "policy");
    return copy(to -> to.policy = policy);
  }

  /**
   * How long a free, shrink or close waits for pins until it throws (policy WAIT), or until those
   * that still hold it up are reported (policies DEFER and COPY).
   */
  public PoolOptions patience(Duration patience) {
    requirePatience(patience);
    return copy(to -> to.patience = patience);
  }

  static void requirePatience(Duration patience) {
    if (patience.isNegative()) {
      throw new IllegalArgumentException("patience " + patience + ", expected 0 or more");
    }
  }

  /**
   * Freed blocks go back to the file system (a hole is punched), and come from it again. On a DAX
   * file system that has to wait until nothing of the pool was pinned for a tenth of a second; a
   * pool that is always pinned keeps them, for its own allocations.
   */
  public PoolOptions releaseBlocks() {
    return copy(to -> to.releasesBlocks = true);
  }

  /**
   * Each pin remembers the place that took it, for reports that say which one was left open: that
   * costs a few microseconds, and plain pins are counted then. The same as {@link #tracePins(int)
   * tracePins(1)}.
   */
  public PoolOptions tracePins() {
    return tracePins(1);
  }

  /**
   * One of so many pins remembers the place that took it, chosen at random; 1 in 128 by default. It
   * is those that are detached, shared, deadlined or counted; what is taken and closed by one
   * thread is known by the place where its name was first used.
   *
   * @param ofSoMany from 1, for all, on
   */
  public PoolOptions tracePins(int ofSoMany) {
    if (ofSoMany < 1) {
      throw new IllegalArgumentException("1 of " + ofSoMany + " pins, expected 1 or more");
    }
    return copy(to -> to.tracedOfPins = ofSoMany);
  }

  /**
   * Who is told of pins that outlived their deadline, and of those that still hold up a free,
   * shrink or close when {@link #patience} is over. Called by a thread of the JDK's; the default
   * logs a warning to {@code io.pinaudit.allocator}.
   */
  public PoolOptions onLeak(Consumer<PinReport> onLeak) {
    Objects.requireNonNull(onLeak, "onLeak");
    return copy(to -> to.onLeak = onLeak);
  }

  /**
   * For the tests of an application: {@link Extent#segment} of an extent that is freed, and not
   * pinned any more, cannot be used, and an access to it throws an {@link IllegalStateException}.
   * Each extent is mapped on its own when its memory is first asked for, which costs some
   * microseconds and, of the process, one of its 65,530 mappings; a free costs as much.
   */
  public PoolOptions checked() {
    return copy(to -> to.checks = true);
  }

  /** For tests that have to see what goes wrong without all this. */
  PoolOptions ignorePins() {
    return copy(to -> to.ignoresPins = true);
  }

  /** For tests of what is done on a DAX file system only, without one. */
  PoolOptions asOnDax(Duration rest) {
    return copy(
        to -> {
          to.asOnDax = true;
          to.rest = rest;
        });
  }

  /** For tests that watch or break the storage of the extent map. */
  PoolOptions medium(UnaryOperator<Medium> medium) {
    return copy(to -> to.medium = medium);
  }

  long lengthBytes() {
    return lengthBytes;
  }

  PinPolicy policy() {
    return policy;
  }

  Duration patience() {
    return patience;
  }

  Space.Rules spaceRules() {
    return new Space.Rules(releasesBlocks, mostLengthBytes);
  }

  boolean checks() {
    return checks;
  }

  boolean ignoresPins() {
    return ignoresPins;
  }

  /** Whether the file system waits, when it frees anything of the file, for pins anywhere in it. */
  boolean waitsForPins(boolean dax) {
    return !ignoresPins && (dax || asOnDax);
  }

  Medium wrap(Medium storage) {
    return medium.apply(storage);
  }

  int tracedOfPins() {
    return tracedOfPins;
  }

  Consumer<PinReport> leaks() {
    return onLeak;
  }

  Duration rest() {
    return rest;
  }

  private static void log(PinReport pin) {
    LOGGER.log(Level.WARNING, "pin outlived its time: {0}: {1}", pin.owner(), pin);
  }
}
