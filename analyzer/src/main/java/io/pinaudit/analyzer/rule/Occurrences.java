package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The occurrences that one rule found, grouped by their two stacks.
 *
 * <p>Memory grows with the number of different pairs of stacks, not with the number of occurrences.
 * Confined to one thread.
 */
public final class Occurrences {
  private static final Comparator<Finding.Instance> BY_TIME =
      Comparator.comparingLong(instance -> instance.began().nanos());

  private static final Comparator<Finding.Instance> BY_WEIGHT =
      Comparator.comparing(Finding.Instance::severity).thenComparing(Finding.Instance::certainty);

  private final Map<Finding.Sites, Group> groups = new LinkedHashMap<>();

  /** All occurrences through the same two stacks. */
  static final class Group {
    private final Finding.Sites sites;
    private final List<Finding.Instance> earliest = new ArrayList<>();
    private Finding.Instance first;
    private Finding.Instance worst;
    private Finding.Instance latest;
    private long count;

    private Group(Finding.Sites sites) {
      this.sites = sites;
    }

    private Group(Group other) {
      sites = other.sites;
      earliest.addAll(other.earliest);
      first = other.first;
      worst = other.worst;
      latest = other.latest;
      count = other.count;
    }

    private void add(Finding.Instance instance) {
      count++;
      int weight = first == null ? 1 : BY_WEIGHT.compare(instance, first);
      if (weight > 0 || weight == 0 && BY_TIME.compare(instance, first) < 0) {
        first = instance;
      }
      if (weight > 0 || weight == 0 && instance.nanos() > worst.nanos()) {
        worst = instance;
      }
      if (latest == null || BY_TIME.compare(instance, latest) >= 0) {
        latest = instance;
      }
      keep(instance);
    }

    /** Keeps an instance in the order of time, behind instances of the same time. */
    private void keep(Finding.Instance instance) {
      int at = earliest.size();
      while (at > 0 && BY_TIME.compare(earliest.get(at - 1), instance) > 0) {
        at--;
      }
      if (at < Finding.KEPT) {
        earliest.add(at, instance);
      }
      if (earliest.size() > Finding.KEPT) {
        earliest.removeLast();
      }
    }

    Finding finding(String id, Hazard hazard, String fingerprint) {
      return new Finding(
          id,
          hazard,
          first.severity(),
          first.certainty(),
          fingerprint,
          sites,
          count,
          first,
          worst,
          latest,
          List.copyOf(earliest));
    }

    /** Returns the fingerprint of the group, which is the same in every run of the same program. */
    String fingerprint(Hazard hazard) {
      return Fingerprint.of(hazard.rule(), sites.holder(), sites.culprit());
    }
  }

  Occurrences() {}

  /** Returns a copy, to which more occurrences can be added. */
  Occurrences copy() {
    Occurrences copy = new Occurrences();
    groups.forEach((sites, group) -> copy.groups.put(sites, new Group(group)));
    return copy;
  }

  void add(Occurrence one) {
    groups
        .computeIfAbsent(new Finding.Sites(one.holder(), one.culprit()), Group::new)
        .add(one.instance());
  }

  /** Adds an occurrence, unless it began later than a time in nanoseconds. */
  void addUntil(long nanos, Occurrence one) {
    if (one.instance().began().nanos() <= nanos) {
      add(one);
    }
  }

  /** Returns the groups in the order of the first instance that each shows. */
  List<Group> groups() {
    List<Group> sorted = new ArrayList<>(groups.values());
    Collections.sort(sorted, Comparator.comparing(group -> group.first, BY_TIME));
    return sorted;
  }
}
