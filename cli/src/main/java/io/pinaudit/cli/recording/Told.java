package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.finding.Finding;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The findings that were told while a run is watched. A finding keeps the name under which it was
 * told first, {@code F1} and so on.
 */
final class Told {
  private static final Comparator<Finding> BY_WEIGHT =
      Comparator.comparing(Finding::severity).thenComparing(Finding::certainty);

  private final Map<String, Finding> byFingerprint = new LinkedHashMap<>();

  /** Returns the findings that were not told before. */
  List<Finding> news(List<Finding> all) {
    List<Finding> news = new ArrayList<>();
    for (Finding finding : all) {
      if (!byFingerprint.containsKey(finding.fingerprint())) {
        news.add(named(finding, "F" + (byFingerprint.size() + 1)));
        byFingerprint.put(finding.fingerprint(), news.getLast());
      }
    }
    return news;
  }

  /** Returns the findings that were told before and have happened again, or are worse by now. */
  List<Finding> again(List<Finding> all) {
    List<Finding> again = new ArrayList<>();
    for (Finding finding : all) {
      Finding before = byFingerprint.get(finding.fingerprint());
      if (before != null
          && (finding.count() > before.count() || BY_WEIGHT.compare(finding, before) > 0)) {
        again.add(named(finding, before.id()));
        byFingerprint.put(finding.fingerprint(), again.getLast());
      }
    }
    return again;
  }

  /** Returns how many findings were told. */
  int count() {
    return byFingerprint.size();
  }

  private static Finding named(Finding finding, String id) {
    return new Finding(
        id,
        finding.hazard(),
        finding.severity(),
        finding.certainty(),
        finding.fingerprint(),
        finding.sites(),
        finding.count(),
        finding.first(),
        finding.worst(),
        finding.instances());
  }
}
