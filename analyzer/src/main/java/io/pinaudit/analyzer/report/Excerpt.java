package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.trace.Frame;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A short form of a finding with one bounded sample, for a table that holds the findings of
 * thousands of runs. Every text is printable.
 *
 * @param what one clause that says what happened
 * @param place the file and range in danger
 * @param site the application's line of Java to look at first; empty if there is none
 * @param holder the application's line that pinned, else the operation; empty if there is none
 * @param sample the first occurrence as one JSON object of at most some kilobytes
 */
public record Excerpt(String what, String place, String site, String holder, String sample) {
  private static final int MOST_FRAMES = 12;
  private static final int MOST_STEPS = 12;
  private static final int LONGEST_TEXT = 300;

  /** Returns the excerpt of one finding of an audit. */
  public static Excerpt of(Audit audit, Finding finding) {
    Prose prose = new Prose(audit);
    String what = bounded(prose.what(finding));
    String place = bounded(prose.where(finding.first().place()));
    return new Excerpt(
        what,
        place,
        Culprit.of(finding).map(Excerpt::line).orElse(""),
        finding.first().steps().stream()
            .filter(step -> step.role().holds())
            .findFirst()
            .map(Excerpt::holder)
            .orElse(""),
        sample(finding, what, place));
  }

  private static String holder(Step step) {
    String line = line(step);
    return line.isEmpty() ? bounded(step.actor().operation()) : line;
  }

  private static String line(Step step) {
    return Prose.stack(step.actor().call()).stream()
        .findFirst()
        .map(frame -> bounded(frame.toString()))
        .orElse("");
  }

  private static String bounded(String text) {
    String printable = Words.printable(text);
    return printable.length() <= LONGEST_TEXT
        ? printable
        : printable.substring(0, LONGEST_TEXT) + "…";
  }

  private static String sample(Finding finding, String what, String place) {
    StringWriter out = new StringWriter();
    try {
      JsonWriter.document(
          out,
          json -> {
            json.put("what", what).put("where", place);
            json.put("lastedNanos", finding.first().nanos());
            json.put("ended", finding.first().ended());
            json.strings("doubts", finding.first().doubts().stream().map(Words::code).toList());
            List<Step> steps = finding.first().steps().stream().limit(MOST_STEPS).toList();
            json.objects("steps", steps, step -> step(step, json));
          });
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toString().strip();
  }

  private static void step(Step step, JsonWriter json) {
    json.put("role", Words.lower(step.role()));
    json.put("nanos", step.stamp().nanos());
    json.put("operation", bounded(step.actor().operation()));
    json.put("thread", bounded(step.actor().task() == null ? "" : step.actor().task()));
    json.put("source", bounded(step.stamp().source().toString()));
    json.strings(
        "stack",
        Prose.stack(step.actor().call()).stream()
            .limit(MOST_FRAMES)
            .map(Frame::toString)
            .map(Excerpt::bounded)
            .toList());
  }
}
