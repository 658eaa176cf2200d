package io.pinaudit.analyzer.rule;

import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.Digest;
import io.pinaudit.analyzer.trace.Frame;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The text by which a finding is recognized in another run: the rule, the two operations, and the
 * classes and methods of both stacks.
 *
 * <p>A fingerprint has no line, address, time, thread number or inode number, because those differ
 * from run to run. It has none of the JDK's own frames, because those differ from release to
 * release.
 */
final class Fingerprint {
  private static final int BYTES = 8;

  private Fingerprint() {}

  static String of(String rule, Actor.Site holder, Actor.Site culprit) {
    String text = String.join("\n", rule, "holder", text(holder), "culprit", text(culprit));
    return Digest.of(text, BYTES);
  }

  private static String text(Actor.Site site) {
    return site == null
        ? "unknown"
        : withoutNumbers(site.operation()) + "\n" + frames(site.stack());
  }

  private static String frames(List<Frame> stack) {
    return stack.stream()
        .filter(frame -> !frame.isPlatform())
        .map(frame -> frame.className() + "." + withoutLambdaNumber(frame.method()))
        .collect(Collectors.joining("\n"));
  }

  /**
   * Removes the numbers from a thread's name, which may be all that is known of an operation:
   * {@code kworker/1:2}, {@code pool-1}.
   */
  private static String withoutNumbers(String operation) {
    return operation.replaceAll("\\d+", "#");
  }

  /** Removes the number that javac gives to each lambda of a class: {@code lambda$main$3}. */
  private static String withoutLambdaNumber(String method) {
    return method.startsWith("lambda$") ? method.replaceFirst("\\$\\d+$", "") : method;
  }
}
