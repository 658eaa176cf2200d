package io.pinaudit.analyzer.gate;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.trace.Frame;
import java.time.LocalDate;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Excuses the findings that all of its criteria match.
 *
 * @param place {@code file:line} where the suppression is written
 * @param hazard the hazard of the finding; null for any
 * @param className matches the class of a frame of a stack of the finding; null for any
 * @param method matches the method of that same frame; null for any
 * @param path matches the file in danger, in every instance of the finding; null for any
 * @param until the last day on which the suppression holds; null if it never expires
 * @param reason why the findings are excused
 */
record Suppression(
    String place,
    Hazard hazard,
    Pattern className,
    Pattern method,
    Pattern path,
    LocalDate until,
    String reason) {
  boolean expired(LocalDate today) {
    return until != null && today.isAfter(until);
  }

  boolean matches(Finding finding, Audit audit) {
    return (hazard == null || hazard == finding.hazard())
        && (path == null || finding.instances().stream().allMatch(one -> matchesPath(one, audit)))
        && (className == null && method == null || frames(finding).anyMatch(this::matches));
  }

  private boolean matchesPath(Finding.Instance instance, Audit audit) {
    FileRef file = instance.place().file();
    String name = file == null ? null : audit.ledgers().names().path(file);
    return name != null && path.matcher(name).matches();
  }

  private static Stream<Frame> frames(Finding finding) {
    return finding.first().steps().stream()
        .map(Step::actor)
        .map(actor -> actor.call())
        .filter(Objects::nonNull)
        .map(call -> call.stack())
        .flatMap(List::stream);
  }

  private boolean matches(Frame frame) {
    return (className == null || className.matcher(frame.className()).matches())
        && (method == null || method.matcher(frame.method()).matches());
  }
}
