package io.pinaudit.analyzer.timeline;

import io.pinaudit.analyzer.trace.JavaCall;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What the guard of the agent did, by the lines of code of both calls.
 *
 * <p>Remembers {@value #MOST} groups, and the number of the others. Confined to the thread that
 * feeds the timeline.
 */
public final class Interventions {
  private static final int MOST = 1_000;

  private final Map<Key, Group> groups = new LinkedHashMap<>();
  private long others;

  /** What is alike; by hand, because a record's own methods are slow before they are compiled. */
  private static final class Key {
    private final Object[] parts;

    Key(JavaCall call, JavaCall.Guarded guarded) {
      parts =
          new Object[] {
            call.operation().name(),
            call.site().orElse(null),
            guarded.mode(),
            guarded.done(),
            guarded.reason(),
            guarded.file().id(),
            guarded.holder().operation().name(),
            guarded.holder().stack()
          };
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Key key && Arrays.equals(parts, key.parts);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(parts);
    }
  }

  /**
   * Interventions that are alike.
   *
   * @param first the first call, before which the guard stepped in; its time is that of the guard
   * @param guarded what the guard did before the first call
   * @param nanos what all of them cost together
   * @param longestNanos what the dearest cost
   */
  public record Group(
      JavaCall first, JavaCall.Guarded guarded, long count, long nanos, long longestNanos) {
    Group with(long more) {
      return new Group(first, guarded, count + 1, nanos + more, Math.max(longestNanos, more));
    }
  }

  /** Returns one intervention as a group of its own. */
  public static Group one(JavaCall call, JavaCall.Guarded guarded) {
    long nanos = call.endNanos() - call.started().nanos();
    return new Group(call, guarded, 1, nanos, nanos);
  }

  void add(JavaCall call, JavaCall.Guarded guarded) {
    long nanos = call.endNanos() - call.started().nanos();
    Key key = new Key(call, guarded);
    Group known = groups.get(key);
    if (known != null) {
      groups.put(key, known.with(nanos));
    } else if (groups.size() < MOST) {
      groups.put(key, one(call, guarded));
    } else {
      others++;
    }
  }

  /** Returns whether the guard did not step in. */
  public boolean isEmpty() {
    return groups.isEmpty();
  }

  /** Returns the groups in the order of their first call. */
  public List<Group> groups() {
    return new ArrayList<>(groups.values());
  }

  /** Returns those that concern a file. */
  public List<Group> of(FileRef file) {
    return groups.values().stream()
        .filter(group -> file != null && Objects.equals(group.guarded().file().id(), file.id()))
        .toList();
  }

  /** Returns how often the guard stepped in. */
  public long count() {
    return others + groups.values().stream().mapToLong(Group::count).sum();
  }

  /** Returns what all of the remembered ones cost, in nanoseconds. */
  public long nanos() {
    return groups.values().stream().mapToLong(Group::nanos).sum();
  }
}
