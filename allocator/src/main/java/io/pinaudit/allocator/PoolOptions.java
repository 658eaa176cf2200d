package io.pinaudit.allocator;

import io.pinaudit.allocator.storage.Medium;
import io.pinaudit.allocator.storage.Space;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
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
   * How long nothing of a DAX file must have been pinned: longer than an interrupt takes, even on
   * shared processors.
   */
  private static final Duration REST = Duration.ofMillis(100);

  private static final long REST_NANOS = 50_000;

  // Only the methods below write to these fields, before they return the copy.
  private long lengthBytes;
  private long mostLengthBytes;
  private PinPolicy policy = PinPolicy.DEFER;
  private Duration patience = Duration.ofSeconds(10);
  private boolean releasesBlocks;
  private int tracedOfPins = 128;
  private boolean checks;
  private boolean monitored;
  private boolean ignoresPins;
  private boolean asOnDax;
  private Duration rest = REST;
  private Consumer<PinReport> onLeak = PoolOptions::log;
  private Consumer<LongerFile> onLongerFile = PoolOptions::log;
  private UnaryOperator<Medium> medium = UnaryOperator.identity();
  private Consumer<BooleanSupplier> rewriter = PoolOptions::inAThread;
  private long rewritePieceBytes = 32 << 10;

  /**
   * A file that is longer than the pool in it.
   *
   * @param file path of the file
   * @param poolBytes length of the pool
   * @param fileBytes length of the file
   */
  public record LongerFile(Path file, long poolBytes, long fileBytes) {}

  private PoolOptions() {}

  /**
   * Options for a pool that may have to be created. All else is as by default: policy DEFER, 10
   * seconds of patience, no growth, freed blocks stay the file's, leaks are logged.
   *
   * @param lengthBytes how long a new file is, at least 256 KiB and at most 2^60; rounded up to
   *     blocks of 4096. An existing pool keeps its length
   * @throws IllegalArgumentException if it is not more than 0; {@link ExtentPool#open} refuses the
   *     other lengths, if it has to create the pool
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

  /** Options for a pool that has to exist, for arenas and for files. */
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
    copy.monitored = monitored;
    copy.onLongerFile = onLongerFile;
    copy.ignoresPins = ignoresPins;
    copy.asOnDax = asOnDax;
    copy.rest = rest;
    copy.onLeak = onLeak;
    copy.medium = medium;
    copy.rewriter = rewriter;
    copy.rewritePieceBytes = rewritePieceBytes;
    change.accept(copy);
    return copy;
  }

  /**
   * Lets the pool grow when an allocation needs it, to twice its length each time and up to this
   * length. A pool that is longer already does not grow.
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

  /** Sets the policy of pins that have none of their own; {@link PinPolicy#DEFER} by default. */
  public PoolOptions policy(PinPolicy policy) {
    Objects.requireNonNull(policy, "policy");
    return copy(to -> to.policy = policy);
  }

  /**
   * Sets how long a free, shrink or close waits for pins with the policy WAIT before it throws.
   * With the policies DEFER and COPY it is the time after which the pins that still hold it up are
   * reported. 10 seconds by default.
   *
   * @throws IllegalArgumentException if it is negative
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
   * Lets freed blocks go back to the file system (by punching a hole), and come from it again. On a
   * DAX file system that has to wait until nothing of the pool was pinned for a tenth of a second;
   * a pool that is always pinned keeps the blocks for its own allocations. So does a pool whose
   * file system fails to punch; the log has a warning then.
   */
  public PoolOptions releaseBlocks() {
    return copy(to -> to.releasesBlocks = true);
  }

  /**
   * Lets each pin remember the place that took it, for reports that say which one was left open.
   * That costs a few microseconds a pin, and plain pins are then counted. The same as {@link
   * #tracePins(int) tracePins(1)}.
   */
  public PoolOptions tracePins() {
    return tracePins(1);
  }

  /**
   * Lets one of so many pins, chosen at random, remember the place that took it; 1 in 128 by
   * default. This applies to pins that are detached, shared, counted or have a deadline. A plain
   * pin is reported with the place where its name was first used.
   *
   * @param ofSoMany 1 for all pins, or more
   * @throws IllegalArgumentException if it is less than 1
   */
  public PoolOptions tracePins(int ofSoMany) {
    if (ofSoMany < 1) {
      throw new IllegalArgumentException("1 of " + ofSoMany + " pins, expected 1 or more");
    }
    return copy(to -> to.tracedOfPins = ofSoMany);
  }

  /**
   * Sets who gets the reports of pins that outlive their deadline, and of pins that still hold up a
   * free, shrink or close when {@link #patience} is over. A thread of the JDK calls it; the default
   * logs a warning to {@code io.pinaudit.allocator}.
   */
  public PoolOptions onLeak(Consumer<PinReport> onLeak) {
    Objects.requireNonNull(onLeak, "onLeak");
    return copy(to -> to.onLeak = onLeak);
  }

  /**
   * Checks accesses, for the tests of an application: an access to the {@link Extent#segment} of an
   * extent that is freed, and not pinned any more, throws an {@link IllegalStateException}. Each
   * extent is mapped on its own when its memory is first asked for. That takes some microseconds,
   * as a free does, and one of the 65,530 mappings that a process may have.
   */
  public PoolOptions checked() {
    return copy(to -> to.checks = true);
  }

  /**
   * Puts the pool's {@link PoolNumbers} into the platform's MBean server ({@link
   * ExtentPoolMXBean}), under the name {@code io.pinaudit.allocator:type=ExtentPool,path="PATH"},
   * from the pool's opening until its file is unmapped and closed. Off by default: then nothing of
   * JMX is loaded.
   */
  public PoolOptions monitored() {
    return copy(to -> to.monitored = true);
  }

  /**
   * Sets who is called, when a pool is opened, if its file is longer than the pool, before the rest
   * is cut off. An exception that it throws prevents the cut, and the pool is not opened. The
   * default logs a warning to {@code io.pinaudit.allocator}.
   *
   * <p>A longer file is not refused by default: a growth or shrink that a crash cut short leaves
   * such a file, and after a power cut the rest can hold bytes of extents that were never
   * committed. These cannot be distinguished from bytes that somebody has appended.
   */
  public PoolOptions onLongerFile(Consumer<LongerFile> onLongerFile) {
    Objects.requireNonNull(onLongerFile, "onLongerFile");
    return copy(to -> to.onLongerFile = onLongerFile);
  }

  /** Ignores pins, for tests that have to see what then goes wrong. */
  PoolOptions ignorePins() {
    return copy(to -> to.ignoresPins = true);
  }

  /** Does what is done on a DAX file system only, for tests without one. */
  PoolOptions asOnDax(Duration rest) {
    return copy(
        to -> {
          to.asOnDax = true;
          to.rest = rest;
        });
  }

  /** Replaces the storage of the extent map, for tests that watch or break it. */
  PoolOptions medium(UnaryOperator<Medium> medium) {
    return copy(to -> to.medium = medium);
  }

  /**
   * Replaces the thread that writes the next log, for tests that decide when a piece is written;
   * the supplier returns false when none is left.
   */
  PoolOptions rewriter(Consumer<BooleanSupplier> rewriter) {
    return copy(to -> to.rewriter = rewriter);
  }

  /** Sets the size of a piece of the next log, for tests of many small pieces. */
  PoolOptions rewritePieces(long pieceBytes) {
    return copy(to -> to.rewritePieceBytes = pieceBytes);
  }

  /**
   * Writes pieces in a thread of its own: those of the JDK may all wait for a thread that waits for
   * this one. Pauses after each piece, so that others get the pool's lock.
   */
  private static void inAThread(BooleanSupplier pieces) {
    Runnable all =
        () -> {
          while (pieces.getAsBoolean()) {
            LockSupport.parkNanos(REST_NANOS);
          }
        };
    try {
      Thread.ofPlatform().daemon().name("pinaudit-extent-map").start(all);
    } catch (OutOfMemoryError e) {
      LOGGER.log(Level.DEBUG, "no thread to begin a log anew: commits and frees will do it", e);
    }
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

  Space.Rules spaceRules(Path file) {
    return new Space.Rules(
        releasesBlocks,
        mostLengthBytes,
        (from, to) -> onLongerFile.accept(new LongerFile(file, to, from)));
  }

  /**
   * Returns whether an extent stays at the same pages of the same mapping from its allocation on.
   */
  boolean keepsExtentsMapped() {
    return !releasesBlocks && !checks;
  }

  boolean checks() {
    return checks;
  }

  boolean isMonitored() {
    return monitored;
  }

  boolean ignoresPins() {
    return ignoresPins;
  }

  /**
   * Returns whether the file system, when it frees a part of the file, waits for pins anywhere in
   * it.
   */
  boolean waitsForPins(boolean dax) {
    return !ignoresPins && (dax || asOnDax);
  }

  Consumer<BooleanSupplier> rewriter() {
    return rewriter;
  }

  /** Returns how many bytes of the next log are copied at a time. */
  long rewritePieceBytes() {
    return rewritePieceBytes;
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

  private static void log(LongerFile longer) {
    LOGGER.log(
        Level.WARNING,
        "pool \"{0}\" is cut from {1} to {2} bytes: the rest is of a shrink or growth that was cut"
            + " short, or was appended by somebody else",
        longer.file,
        Long.toString(longer.fileBytes),
        Long.toString(longer.poolBytes));
  }
}
