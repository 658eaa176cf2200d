package io.pinaudit.junit;

import io.pinaudit.harness.PinauditCommand.Outcome;
import io.pinaudit.junit.Report.Hazard;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.JUnitException;
import org.opentest4j.AssertionFailedError;

/** One class, or one method, under audit: from the start of its recording to the verdict. */
final class AuditedTests {
  private final String owner;
  private final NoPinHazards settings;
  private final TestRecording recording;

  private AuditedTests(String owner, NoPinHazards settings, TestRecording recording) {
    this.owner = owner;
    this.settings = settings;
    this.recording = recording;
  }

  /**
   * Starts to record.
   *
   * @throws JUnitException if the agent cannot be put into this JVM, or JFR does not record
   */
  static AuditedTests begin(ExtensionContext context, NoPinHazards settings) {
    try {
      AgentInThisJvm.ensure();
      TestRecording recording = TestRecording.start(Folders.ofRun(name(context)));
      TestLog.recordingBegins();
      return new AuditedTests(context.getUniqueId(), settings, recording);
    } catch (IOException e) {
      throw new JUnitException("pinaudit cannot record: " + e.getMessage(), e);
    }
  }

  private static String name(ExtensionContext context) {
    String type = context.getRequiredTestClass().getName();
    return context
        .getTestMethod()
        .map(method -> type + "." + method.getName() + "-" + number(context))
        .orElse(type);
  }

  /** Returns a number that distinguishes overloaded methods and the invocations of one method. */
  private static String number(ExtensionContext context) {
    return Integer.toHexString(context.getUniqueId().hashCode());
  }

  boolean begunIn(ExtensionContext context) {
    return owner.equals(context.getUniqueId());
  }

  /**
   * Judges what was recorded.
   *
   * @throws AssertionFailedError if a hazard counts, or something needed was not seen
   */
  void end(ExtensionContext context) {
    try {
      Path run = recording.stop();
      Auditor auditor = Auditor.gate(run, settings);
      judge(auditor, context);
      if (settings.confirm() > 0) {
        confirm(run, context);
      }
    } catch (IOException e) {
      throw new JUnitException("pinaudit cannot judge: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new JUnitException("pinaudit was interrupted", e);
    } finally {
      TestLog.recordingEnds();
    }
  }

  private void judge(Auditor auditor, ExtensionContext context) throws IOException {
    Outcome outcome = auditor.outcome();
    switch (outcome.status()) {
      case 0 -> context.publishReportEntry("pinaudit", "clean: " + auditor.html());
      case 1 -> failForOwn(auditor, context);
      case 3 -> incomplete(auditor, context);
      default -> throw cannotJudge(outcome);
    }
  }

  private static JUnitException cannotJudge(Outcome outcome) {
    return new JUnitException("pinaudit cannot judge: " + outcome.output().strip());
  }

  /** Runs the tests again, so that calls meet that nothing is known to order. */
  private void confirm(Path run, ExtensionContext context)
      throws IOException, InterruptedException {
    Optional<Reruns> planned = Reruns.planned(run, owner);
    if (planned.isEmpty()) {
      context.publishReportEntry("pinaudit", "nothing to confirm: no calls that may meet");
      return;
    }
    Reruns again = planned.orElseThrow();
    Auditor auditor = Auditor.confirm(again, settings);
    String tests = "tests when run again: " + again.summary(auditor.outcome());
    switch (auditor.outcome().status()) {
      case 0 ->
          context.publishReportEntry(
              "pinaudit", "nothing met (%s): %s".formatted(tests, auditor.html()));
      case 1 ->
          throw new AssertionFailedError(
              "storage hazards when the tests ran again so that calls meet (%s; %s)%n%s"
                  .formatted(tests, auditor.html(), auditor.text()));
      case 3 -> incomplete(auditor, context);
      default -> throw cannotJudge(auditor.outcome());
    }
  }

  /** Fails for the hazards of these tests; those of others that ran at the same time are theirs. */
  private void failForOwn(Auditor auditor, ExtensionContext context) throws IOException {
    List<Hazard> all = auditor.report().hazards();
    Attribution attribution = new Attribution(TestLog.tests(), all);
    List<Hazard> own =
        all.stream().filter(hazard -> attribution.of(hazard).concerns(owner)).toList();
    if (own.isEmpty()) {
      context.publishReportEntry("pinaudit", "clean but for other tests: " + auditor.html());
      return;
    }
    StringBuilder message = new StringBuilder();
    message.append(
        "%d storage %s (%s)%n"
            .formatted(own.size(), own.size() == 1 ? "hazard" : "hazards", auditor.html()));
    for (Hazard hazard : own) {
      message.append(
          "  %s %s: %s %s%n"
              .formatted(
                  hazard.id(),
                  attribution.of(hazard).text(),
                  hazard.severity().toUpperCase(Locale.ROOT),
                  hazard.rule()));
    }
    if (own.size() < all.size()) {
      message.append(
          "  The report below has %d more, of tests that ran at the same time.%n"
              .formatted(all.size() - own.size()));
    }
    throw new AssertionFailedError(
        message.append(System.lineSeparator()).append(auditor.text()).toString());
  }

  private void incomplete(Auditor auditor, ExtensionContext context) {
    String reasons = String.join("; ", auditor.report().unseen());
    if (!settings.allowIncomplete()) {
      throw new AssertionFailedError(
          "no storage hazard was seen, but not everything that the rules need was seen: %s (%s);"
                  .formatted(reasons, auditor.html())
              + " allowIncomplete = true accepts that");
    }
    context.publishReportEntry("pinaudit", "no hazard seen, not everything seen: " + reasons);
  }
}
