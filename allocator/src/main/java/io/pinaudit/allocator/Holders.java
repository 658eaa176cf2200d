package io.pinaudit.allocator;

import io.pinaudit.allocator.hold.CopyBuffers;
import io.pinaudit.allocator.hold.CopyOfRange;
import io.pinaudit.allocator.hold.LeaseState;
import io.pinaudit.allocator.hold.PinGate;
import io.pinaudit.allocator.hold.Places;
import io.pinaudit.allocator.hold.Roster;
import io.pinaudit.allocator.hold.Trail;
import java.lang.foreign.MemorySegment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.ToIntFunction;

/**
 * Takes the pins of one pool, arena or file, and knows who holds them: names, threads and places,
 * for exceptions and reports.
 *
 * <p>The first few plain pins that a thread has open are notes in its {@link Trail}. All others are
 * counted by their lease, and are in the {@link Roster}. Safe for any thread.
 */
final class Holders implements PinGate.Pins {
  /** Further names have no place in reports, so that made-up names cannot fill memory. */
  private static final int MOST_NAMES = 4096;

  /** The number of looks at all trails after which those of dead threads are removed. */
  private static final int LOOKS_A_SWEEP = 256;

  /** A name and where its first pin was taken. */
  private record Site(String name, List<StackTraceElement> takenAt) {}

  /**
   * The pins of some leases, as one look at all pins finds them: so the time does not grow with the
   * product of pins and leases. For one thread.
   */
  static final class Found {
    private final Set<Lease> leases;
    private final Map<Long, Lease> byKey = new HashMap<>();
    private final int mostReports;
    private final List<PinReport> reports = new ArrayList<>();
    private long count;

    Found(Collection<? extends Lease> leases, int mostReports) {
      this.leases = Set.copyOf(leases);
      this.mostReports = mostReports;
      leases.stream()
          .filter(lease -> lease.key() != 0)
          .forEach(lease -> byKey.put(lease.key(), lease));
    }

    private void addNoted(long key, Function<Lease, PinReport> report) {
      Lease lease = byKey.get(key);
      if (lease != null && ++count <= mostReports) {
        reports.add(report.apply(lease));
      }
    }

    private void add(CountedPin pin) {
      if (leases.contains(pin.lease) && ++count <= mostReports) {
        reports.add(pin.report());
      }
    }

    List<PinReport> reports() {
      return reports;
    }

    /** Returns how many pins there are, with those that are not reported. */
    long count() {
      return count;
    }
  }

  private static final Site NO_SITE = new Site(Trail.NO_NAME, List.of());

  /** The policy of plain pins. */
  private final PinPolicy policy;

  /** One of so many pins has its place taken. */
  private final int tracedOfPins;

  private final Map<String, Integer> numbers = new ConcurrentHashMap<>();
  private final Map<Integer, Site> sites = new ConcurrentHashMap<>();
  private final AtomicInteger lastNumber = new AtomicInteger();

  /** Made once, because a pin would make another one each time. */
  private final ToIntFunction<String> numbering = this::number;

  /**
   * Replaced by another array for each change, under the monitor: a free reads it without making
   * garbage.
   */
  private volatile Trail[] trails = {};

  /** Guarded by this. */
  private int trailsToSweep = 64;

  /** The number of looks at all trails, roughly: threads may overwrite each other's value. */
  private int looks;

  /** The number of pins that were in removed trails; guarded by this. */
  private long takenByDead;

  private final Roster<CountedPin> roster = new Roster<>();
  private final Overdue overdue;
  private final CopyBuffers copies = new CopyBuffers();
  private final PinGate gate;
  private final ThreadLocal<Trail> trail = ThreadLocal.withInitial(this::newTrail);

  Holders(PoolOptions options) {
    this.policy = options.policy();
    this.tracedOfPins = options.tracedOfPins();
    this.overdue = new Overdue(roster, options.leaks());
    this.gate = new PinGate(this, options.rest());
  }

  /** Returns the policy of plain pins. */
  PinPolicy policy() {
    return policy;
  }

  /** Returns a pin of all the memory of a lease that has a key, with the owner's policy. */
  Pin plain(Lease lease, String name) {
    Pin pin = plainUnlessRefused(lease, name);
    if (pin == null) {
      throw lease.refused(lease.word());
    }
    return pin;
  }

  /** Does what {@link #plain} does; returns null if the lease is freed, closed or full. */
  Pin plainUnlessRefused(Lease lease, String name) {
    if (policy == PinPolicy.COPY || tracedOfPins == 1 || Thread.currentThread().isVirtual()) {
      return counted(lease, name, lease.memory());
    }
    Trail mine = trail.get();
    int number = mine.number(name, numbering);
    long[] note = mine.free();
    if (note == null) {
      return counted(lease, name, lease.memory());
    }
    NotedPin pin = new NotedPin(lease, note, Trail.begin(note, lease.key(), number));
    if (lease.admit() != 0) {
      pin.close();
      return null;
    }
    gate.pass();
    return pin;
  }

  /**
   * Returns a pin as the options have it.
   *
   * @param mine the policy of the options, or the owner's
   * @param whole the memory of which the options' range is a part
   * @throws IllegalStateException if the lease is freed, closed or full
   */
  Pin pin(Lease lease, PinPolicy mine, PinOptions how, MemorySegment whole) {
    Pin pin = counted(lease, mine, how, whole);
    if (pin == null) {
      throw lease.refused(lease.word());
    }
    return pin;
  }

  /** Does what {@link #pin} does, with the owner's policy. */
  Pin pin(Lease lease, String name, MemorySegment memory) {
    Pin pin = counted(lease, name, memory);
    if (pin == null) {
      throw lease.refused(lease.word());
    }
    return pin;
  }

  private Pin counted(Lease lease, String name, MemorySegment memory) {
    if (policy == PinPolicy.COPY) {
      return counted(lease, policy, PinOptions.named(name), memory);
    }
    String recorded = recorded(name);
    if (lease.acquire(policy.pinUnit) != 0) {
      return null;
    }
    CountedPin pin = new CountedPin(lease, policy, recorded, memory, sampledPlace());
    add(pin);
    return pin;
  }

  /** Does what {@link #pin} does; returns null if the lease is freed, closed or full. */
  private Pin counted(Lease lease, PinPolicy mine, PinOptions how, MemorySegment whole) {
    String name = recorded(how.name());
    if (lease.acquire(mine.pinUnit) != 0) {
      return null;
    }
    try {
      MemorySegment part = part(whole, how);
      CopyOfRange copy = null;
      if (mine == PinPolicy.COPY) {
        copy = copy(lease, part, how.transfer());
        if (copy == null) {
          lease.release(mine.pinUnit);
          return null;
        }
        part = copy.memory();
      }
      CountedPin pin = new CountedPin(lease, mine, name, part, details(copy));
      if (how.deadline().isPresent()) {
        overdue.due(pin, how.deadline().get());
      }
      add(pin);
      return pin;
    } catch (Throwable e) {
      lease.release(mine.pinUnit);
      throw e;
    }
  }

  /**
   * Makes a copy; null if the lease is freed already. Holds the lease for as long as the copying in
   * takes, so that a free can only defer to it.
   */
  private CopyOfRange copy(Lease lease, MemorySegment original, Transfer transfer) {
    boolean writesBack = transfer != Transfer.OUT;
    if (writesBack && original.isReadOnly()) {
      throw new IllegalArgumentException(
          "a copy of read-only memory cannot be written back: pin it with Transfer.OUT");
    }
    if (lease.acquire(LeaseState.DEFER_PIN) != 0) {
      return null;
    }
    try {
      CopyOfRange copy = new CopyOfRange(copies, original, writesBack);
      if (transfer == Transfer.IN) {
        copy.clear();
      } else {
        copy.load();
      }
      return copy;
    } finally {
      lease.release(LeaseState.DEFER_PIN);
    }
  }

  private static MemorySegment part(MemorySegment whole, PinOptions how) {
    if (how.offsetBytes() == 0 && how.lengthBytes() < 0) {
      return whole;
    }
    long length = how.lengthBytes() < 0 ? whole.byteSize() - how.offsetBytes() : how.lengthBytes();
    return whole.asSlice(how.offsetBytes(), length);
  }

  private CountedPin.Details details(CopyOfRange copy) {
    if (samples()) {
      return new CountedPin.Details(Places.here(), copy);
    }
    return copy == null ? null : new CountedPin.Details(null, copy);
  }

  /** Returns whether a pin is one of those that have their own place taken. */
  boolean samples() {
    return tracedOfPins == 1 || ThreadLocalRandom.current().nextInt(tracedOfPins) == 0;
  }

  /** Returns the place of the caller for one of so many pins; null for the others. */
  CountedPin.Details sampledPlace() {
    return samples() ? new CountedPin.Details(Places.here(), null) : null;
  }

  void add(CountedPin pin) {
    roster.add(pin);
    overdue.added(pin);
    gate.pass();
  }

  /** Returns how many plain pins with that key are noted, in units of the word. */
  long noted(long key) {
    if (++looks % LOOKS_A_SWEEP == 0) {
      sweep();
    }
    long count = 0;
    for (Trail one : trails) {
      count += one.count(key);
    }
    return Math.min(count, LeaseState.MOST_NOTED) * policy.pinUnit;
  }

  /** Returns the name of a plain pin. */
  String nameOf(long[] note) {
    return sites.getOrDefault(Trail.name(note), NO_SITE).name();
  }

  /** Returns where a pin of that name was first taken. */
  List<StackTraceElement> placeOf(String name) {
    return sites.getOrDefault(numbers.getOrDefault(name, 0), NO_SITE).takenAt();
  }

  /** Returns the name, which is on record from here on. */
  private String recorded(String name) {
    if (!roster.isLastName(name)) {
      number(name);
      roster.lastName(name);
    }
    return name;
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
      return 0;
    }
    int number = lastNumber.incrementAndGet();
    sites.put(number, new Site(name, Places.frames(Places.here())));
    numbers.put(name, number);
    return number;
  }

  /**
   * Returns the trail of this thread. The common pool's threads forget their thread-local values
   * after each task: they find their trail again here.
   */
  private Trail newTrail() {
    for (Trail one : trails) {
      if (one.isOf(Thread.currentThread())) {
        return one;
      }
    }
    Trail fresh = new Trail();
    add(fresh);
    return fresh;
  }

  private synchronized void add(Trail fresh) {
    Trail[] more = Arrays.copyOf(trails, trails.length + 1);
    more[more.length - 1] = fresh;
    trails = more;
    if (more.length > trailsToSweep) {
      sweep();
    }
  }

  /** Forgets the trails of dead threads that left no pin open. */
  private synchronized void sweep() {
    List<Trail> kept = new ArrayList<>();
    for (Trail one : trails) {
      if (one.isDead()) {
        takenByDead += one.taken();
      } else {
        kept.add(one);
      }
    }
    if (kept.size() < trails.length) {
      trails = kept.toArray(Trail[]::new);
    }
    trailsToSweep = 2 * kept.size() + 64;
  }

  /** Finds the pins of some leases, and reports the first ones of them. */
  Found find(Collection<? extends Lease> leases, int mostReports) {
    Found found = new Found(leases, mostReports);
    for (Trail one : trails) {
      one.forEach(
          (key, name) ->
              found.addNoted(key, lease -> report(lease, one, sites.getOrDefault(name, NO_SITE))));
    }
    roster.forEach(found::add);
    return found;
  }

  private static PinReport report(Lease lease, Trail trail, Site site) {
    return new PinReport(lease.describe(), site.name(), trail.threadName(), site.takenAt(), false);
  }

  /** Reports whoever still holds the lease after so long. */
  void watch(Lease lease, Duration patience) {
    overdue.watch(lease, patience);
  }

  void forget(Lease lease) {
    overdue.forget(lease);
  }

  Roster<CountedPin> roster() {
    return roster;
  }

  Overdue overdue() {
    return overdue;
  }

  /** Returns the gate for whoever waits for moments without pins; pins are counted from here on. */
  PinGate gate() {
    roster.countFromHereOn();
    return gate;
  }

  @Override
  public synchronized long taken() {
    return roster.taken() + takenByDead + Arrays.stream(trails).mapToLong(Trail::taken).sum();
  }

  /** Returns how many threads have a trail; for tests. */
  int trails() {
    return trails.length;
  }

  @Override
  public boolean anyOpen() {
    return roster.holdsStorage() || Arrays.stream(trails).anyMatch(Trail::anyOpen);
  }
}
