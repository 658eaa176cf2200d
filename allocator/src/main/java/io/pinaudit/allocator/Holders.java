package io.pinaudit.allocator;

import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * Who holds the pins of one pool, arena or file: names, threads and places, for the exceptions and
 * reports of those who wait.
 *
 * <p>Plain pins are notes in their thread's {@link Trail}, and hold by that. Detached, shared,
 * copying and deadlined pins, and those of virtual threads, are counted by their lease and kept
 * here. Safe for any thread.
 */
final class Holders {
  /** Names beyond this many have no place in reports, so that made-up names cannot fill memory. */
  private static final int MOST_NAMES = 4096;

  static final String NO_NAME = "(one of too many names)";

  /** A name and where its first pin was taken. */
  private record Site(String name, List<StackTraceElement> takenAt) {}

  /** What a plain pin counts as in the word of its lease. */
  private final long plainUnit;

  private final boolean traces;
  private final Consumer<PinReport> onLeak;
  private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
  private final Map<Integer, Site> sites = new ConcurrentHashMap<>();
  private final AtomicInteger lastNumber = new AtomicInteger();
  private final Queue<Trail> trails = new ConcurrentLinkedQueue<>();
  private final AtomicInteger trailsToSweep = new AtomicInteger(64);

  /** How many pins were in trails that are swept; guarded by this. */
  private long takenByDead;

  private final Set<Pin> kept = ConcurrentHashMap.newKeySet();
  private final AtomicLong keptEver = new AtomicLong();
  private final PinGate gate;
  private final ThreadLocal<Trail> trail = ThreadLocal.withInitial(this::newTrail);

  Holders(long plainUnit, boolean traces, Consumer<PinReport> onLeak, Duration rest) {
    this.plainUnit = plainUnit;
    this.traces = traces;
    this.onLeak = onLeak;
    this.gate = new PinGate(this, rest);
  }

  /** A plain pin, with the pool's policy, of a lease that has a key. */
  Pin plain(Lease lease, String name) {
    if (traces || Thread.currentThread().isVirtual()) {
      return noted(lease, plainUnit, PinOptions.named(name), lease.memory(), null);
    }
    Trail mine = trail.get();
    int number = mine.number(name, this);
    long[] note = mine.free();
    Pin pin = new Pin(lease, plainUnit, note, Trail.begin(note, lease.key(), number));
    try {
      lease.admit();
    } catch (IllegalStateException e) {
      pin.close();
      throw e;
    }
    gate.pass();
    return pin;
  }

  /** How many plain pins of that key are noted, in units of the word. */
  long plain(long key) {
    long count = 0;
    for (Trail one : trails) {
      count += one.count(key);
    }
    return Math.min(count, LeaseState.MOST_NOTED) * plainUnit;
  }

  /**
   * A pin that is kept itself.
   *
   * @param copies for the policy COPY, else null
   */
  Pin noted(Lease lease, long unit, PinOptions options, MemorySegment whole, CopyBuffers copies) {
    lease.acquire(unit);
    try {
      MemorySegment part = part(whole, options);
      CopyOfRange copy = copies == null ? null : CopyOfRange.of(copies, lease, part, options);
      boolean exact = traces || copy != null || options.deadline().isPresent();
      List<StackTraceElement> takenAt =
          exact ? Places.here() : sites.get(number(options.name())).takenAt();
      PinDetails details =
          new PinDetails(
              options.name(),
              Thread.currentThread().getName(),
              takenAt,
              exact,
              copy == null ? part : copy.memory(),
              copy);
      Pin pin = new Pin(lease, unit, details);
      add(pin);
      options.deadline().ifPresent(deadline -> reportLater(pin, deadline));
      return pin;
    } catch (Throwable e) {
      lease.release(unit);
      throw e;
    }
  }

  private static MemorySegment part(MemorySegment whole, PinOptions options) {
    long length =
        options.lengthBytes() < 0
            ? whole.byteSize() - options.offsetBytes()
            : options.lengthBytes();
    return whole.asSlice(options.offsetBytes(), length);
  }

  void add(Pin pin) {
    if (!pin.isCopy()) {
      keptEver.incrementAndGet();
    }
    kept.add(pin);
    gate.pass();
  }

  void remove(Pin pin) {
    kept.remove(pin);
  }

  /** The name of a plain pin. */
  String nameOf(long[] note) {
    return site(Trail.name(note)).name();
  }

  int number(String name) {
    Objects.requireNonNull(name, "name");
    Integer known = numbers.get(name);
    return known != null ? known : newNumber(name);
  }

  private synchronized int newNumber(String name) {
    Integer known = numbers.get(name);
    if (known != null) {
      return known;
    }
    if (numbers.size() >= MOST_NAMES) {
      sites.putIfAbsent(0, new Site(NO_NAME, List.of()));
      return 0;
    }
    int number = lastNumber.incrementAndGet();
    sites.put(number, new Site(name, Places.here()));
    numbers.put(name, number);
    return number;
  }

  private Site site(int number) {
    return sites.getOrDefault(number, new Site(NO_NAME, List.of()));
  }

  /** The common pool's threads forget what is theirs after each task: they find it again here. */
  private Trail newTrail() {
    for (Trail one : trails) {
      if (one.isOf(Thread.currentThread())) {
        return one;
      }
    }
    Trail fresh = new Trail();
    trails.add(fresh);
    if (trails.size() > trailsToSweep.get()) {
      sweep();
    }
    return fresh;
  }

  private synchronized void sweep() {
    trails.removeIf(
        trail -> {
          boolean dead = trail.isDead();
          takenByDead += dead ? trail.taken() : 0;
          return dead;
        });
    trailsToSweep.set(2 * trails.size() + 64);
  }

  /** The pins of one lease. */
  List<PinReport> of(Lease lease) {
    List<PinReport> reports = new ArrayList<>();
    if (lease.key() != 0) {
      for (Trail one : trails) {
        one.names(lease.key()).forEach(number -> reports.add(report(lease, one, site(number))));
      }
    }
    for (Pin pin : kept) {
      if (pin.isOf(lease)) {
        reports.add(pin.report());
      }
    }
    return reports;
  }

  private static PinReport report(Lease lease, Trail trail, Site site) {
    return new PinReport(lease.describe(), site.name(), trail.threadName(), site.takenAt(), false);
  }

  PinGate gate() {
    return gate;
  }

  /** How many pins there have been; for comparison. */
  synchronized long taken() {
    return keptEver.get() + takenByDead + trails.stream().mapToLong(Trail::taken).sum();
  }

  /** How many threads have a trail; for tests. */
  int trails() {
    return trails.size();
  }

  /** Whether any pin is open that has the storage itself, not a copy. */
  boolean anyOpen() {
    return kept.stream().anyMatch(pin -> !pin.isCopy()) || trails.stream().anyMatch(Trail::anyOpen);
  }

  private void reportLater(Pin pin, Duration deadline) {
    later(
        deadline,
        () -> {
          if (pin.isOpen()) {
            onLeak.accept(pin.report());
          }
        });
  }

  /** Reports whoever still holds the lease after so long. */
  void reportHoldersLater(Lease lease, Duration patience) {
    later(
        patience,
        () -> {
          if (!LeaseState.reclaimed(lease.word()) && LeaseState.pinned(lease.word())) {
            lease.pins().forEach(onLeak);
          }
        });
  }

  static void later(Duration delay, Runnable action) {
    CompletableFuture.delayedExecutor(Lease.nanos(delay), TimeUnit.NANOSECONDS).execute(action);
  }
}
