package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Severity;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.gate.Judged;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.gate.Standing;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.rule.Rules;
import io.pinaudit.analyzer.timeline.Interventions;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.Source;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * Writes SARIF 2.1.0 as GitHub's code scanning reads it. All runs of the build become one SARIF
 * run, because GitHub takes one run for each tool.
 */
final class SarifReport implements Report {
  private static final String SCHEMA =
      "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json";
  private static final String ROOT = "SRCROOT";

  /** The largest number of results that GitHub accepts in a run. */
  private static final int MOST_RESULTS = 25_000;

  private final Sources sources;
  private final String toolVersion;
  private final List<Hazard> rules = Rules.all().stream().map(Rule::hazard).toList();

  SarifReport(Sources sources, String toolVersion) {
    this.sources = sources;
    this.toolVersion = toolVersion;
  }

  @Override
  public void write(List<Judgement> runs, Writer out) throws IOException {
    JsonWriter.document(out, json -> new Log(runs, json).write());
  }

  private record Result(Judgement run, Judged judged) {}

  /** Something about a whole run. */
  private record Notification(String level, String text) {}

  /** A place to point at: a line of code, or a line of an input. */
  private record Place(String uri, int line, boolean code) {}

  private final class Log {
    private final List<Judgement> runs;
    private final JsonWriter json;
    private final boolean baselined;

    Log(List<Judgement> runs, JsonWriter json) {
      this.runs = runs;
      this.json = json;
      this.baselined =
          results().stream().anyMatch(one -> one.judged().standing() == Standing.BASELINE);
    }

    void write() {
      json.put("$schema", SCHEMA);
      json.put("version", "2.1.0");
      json.objects("runs", List.of(this), Log::run);
    }

    private void run() {
      json.object("tool", () -> json.object("driver", this::driver));
      sources.root().ifPresent(root -> json.object("originalUriBaseIds", () -> base(root)));
      json.objects("invocations", runs, this::invocation);
      json.objects("results", shown(), this::result);
      json.put("columnKind", "utf16CodeUnits");
    }

    private void driver() {
      json.put("name", "pinaudit");
      json.put("version", toolVersion);
      json.objects("rules", rules, this::rule);
    }

    private void rule(Hazard hazard) {
      RulePage page = RulePage.of(hazard);
      json.put("id", hazard.rule());
      json.put("name", hazard.rule());
      json.object("shortDescription", () -> json.put("text", firstSentence(page.summary())));
      json.object("fullDescription", () -> json.put("text", page.summary()));
      json.object("help", () -> json.put("text", page.markdown()).put("markdown", page.markdown()));
      json.object(
          "defaultConfiguration",
          () -> json.put("level", page.severity() == Severity.WARNING ? "warning" : "error"));
    }

    private static String firstSentence(String text) {
      int end = text.indexOf(". ");
      return end < 0 ? text : text.substring(0, end + 1);
    }

    private void base(Path root) {
      json.object(ROOT, () -> json.put("uri", root.toUri().toString()));
    }

    private void invocation(Judgement run) {
      json.put("executionSuccessful", true);
      List<Notification> notifications = notifications(run);
      if (!notifications.isEmpty()) {
        json.objects(
            "toolExecutionNotifications",
            notifications,
            one -> {
              json.put("level", one.level());
              json.object("message", () -> json.put("text", run.run() + ": " + one.text()));
            });
      }
      json.object("properties", () -> json.put("run", run.run()));
    }

    private static List<Notification> notifications(Judgement run) {
      List<Notification> notifications = new ArrayList<>();
      if (!run.complete()) {
        VerdictProse.trust(run.audit().verdict())
            .lines()
            .forEach(line -> notifications.add(new Notification("warning", line)));
      }
      for (Interventions.Group group : run.audit().ledgers().sight().interventions().groups()) {
        notifications.add(new Notification("note", "the guard " + GuardProse.done(group)));
      }
      return notifications;
    }

    private List<Result> results() {
      return runs.stream()
          .flatMap(run -> run.findings().stream().map(one -> new Result(run, one)))
          .toList();
    }

    /**
     * Returns the results to show: if there are more than GitHub takes, those that count and the
     * worst first.
     */
    private List<Result> shown() {
      List<Result> all = results();
      return all.size() <= MOST_RESULTS
          ? all
          : all.stream()
              .sorted(
                  Comparator.comparing((Result one) -> one.judged().standing())
                      .thenComparing(
                          one -> one.judged().finding().severity(), Comparator.reverseOrder()))
              .limit(MOST_RESULTS)
              .toList();
    }

    private void result(Result result) {
      Judged judged = result.judged();
      Finding finding = judged.finding();
      Audit audit = result.run().audit();
      Prose prose = new Prose(audit);
      Finding.Instance first = finding.first();
      json.put("ruleId", finding.rule());
      json.put("ruleIndex", rules.indexOf(finding.hazard()));
      json.put("level", level(finding.severity()));
      Step culprit = Culprit.of(finding).orElse(first.steps().getFirst());
      List<Step> others = first.steps().stream().filter(step -> !step.equals(culprit)).toList();
      json.object("message", () -> json.put("text", message(finding, others, prose)));
      json.objects("locations", List.of(culprit), step -> location(step, first, prose));
      json.objects(
          "relatedLocations",
          others,
          step -> {
            json.put("id", others.indexOf(step) + 1);
            location(step, first, prose);
          });
      json.objects("codeFlows", List.of(first), one -> codeFlow(one, prose));
      json.objects("stacks", withStack(first), step -> stack(step, first, prose));
      json.object(
          "partialFingerprints", () -> json.put("primaryLocationLineHash", finding.fingerprint()));
      standing(judged);
      json.object("properties", () -> properties(result));
    }

    private void standing(Judged judged) {
      if (baselined) {
        json.put("baselineState", judged.standing() == Standing.BASELINE ? "unchanged" : "new");
      }
      if (judged.standing() == Standing.SUPPRESSED) {
        json.objects(
            "suppressions",
            List.of(judged.note()),
            reason -> json.put("kind", "external").put("justification", reason));
      }
    }

    private void properties(Result result) {
      Finding finding = result.judged().finding();
      json.put("run", result.run().run());
      json.put("id", finding.id());
      json.put("severity", Words.lower(finding.severity()));
      json.put("certainty", Words.lower(finding.certainty()));
      json.strings("doubts", finding.first().doubts().stream().map(Words::code).toList());
      json.put("standing", Words.lower(result.judged().standing()));
      json.put("count", finding.count());
    }

    /** Returns a message with a link to each related location: GitHub shows no others. */
    private static String message(Finding finding, List<Step> others, Prose prose) {
      Finding.Instance first = finding.first();
      StringBuilder text = new StringBuilder(finding.rule()).append(": ");
      text.append(unlinked(prose.what(finding)))
          .append(". Where: ")
          .append(unlinked(prose.where(first.place())))
          .append('.');
      if (!first.doubts().isEmpty()) {
        text.append(" Only possible: ").append(unlinked(Prose.doubts(first))).append('.');
      }
      first
          .step(Step.Role.CUT)
          .filter(cut -> Prose.stack(cut.actor().call()).isEmpty())
          .ifPresent(
              cut ->
                  text.append(' ').append(unlinked(capital(prose.told(cut, first)))).append('.'));
      for (Step step : others) {
        String does = step.role() == Step.Role.DROPPED ? "then" : step.actor().operation();
        text.append(
            " %s [%s](%d)."
                .formatted(
                    capital(Prose.label(step, first)), unlinked(does), others.indexOf(step) + 1));
      }
      return text.toString();
    }

    private static String capital(String text) {
      return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }

    /** Returns a text in which nothing is a link: a name from a trace is none. */
    private static String unlinked(String text) {
      return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]");
    }

    private static List<Step> withStack(Finding.Instance instance) {
      return instance.steps().stream()
          .filter(step -> !Prose.stack(step.actor().call()).isEmpty())
          .toList();
    }

    private void location(Step step, Finding.Instance instance, Prose prose) {
      Place place = place(step);
      json.object("physicalLocation", () -> physical(place));
      List<Frame> stack = Prose.stack(step.actor().call());
      if (!stack.isEmpty()) {
        json.objects("logicalLocations", stack.subList(0, 1), this::logical);
      }
      String text = prose.told(step, instance);
      json.object("message", () -> json.put("text", text));
    }

    private Place place(Step step) {
      Optional<Sources.CodeLine> line = Culprit.line(step, sources);
      Source source = step.stamp().source();
      return line.map(code -> new Place(code.uri(), code.line(), true))
          .orElseGet(() -> new Place(Sources.encoded(source.file()), lineOf(source), false));
    }

    /**
     * Returns a line as a number of 31 bits, as SARIF has them; 0 for a recording, which has no
     * lines.
     */
    private static int lineOf(Source source) {
      return source.file().endsWith(".jfr") || source.line() > Integer.MAX_VALUE
          ? 0
          : (int) source.line();
    }

    private void physical(Place place) {
      json.object(
          "artifactLocation",
          () -> {
            json.put("uri", place.uri());
            if (place.code() && sources.root().isPresent()) {
              json.put("uriBaseId", ROOT);
            }
          });
      if (place.line() > 0) {
        json.object("region", () -> json.put("startLine", place.line()));
      }
    }

    private void logical(Frame frame) {
      json.put("fullyQualifiedName", Words.printable(frame.className() + "." + frame.method()));
      json.put("kind", "function");
    }

    /** Writes one flow, with the steps of each thread in order of time. */
    private void codeFlow(Finding.Instance instance, Prose prose) {
      Map<Integer, List<Step>> threads =
          instance.steps().stream()
              .sorted(Comparator.comparingLong(step -> step.stamp().nanos()))
              .collect(
                  Collectors.groupingBy(
                      step -> step.actor().tid(), TreeMap::new, Collectors.toList()));
      List<Step> order =
          instance.steps().stream()
              .sorted(Comparator.comparingLong(step -> step.stamp().nanos()))
              .toList();
      json.objects(
          "threadFlows",
          threads.entrySet(),
          thread -> {
            json.put("id", "thread " + thread.getKey());
            json.objects(
                "locations",
                thread.getValue(),
                step -> {
                  json.put("executionOrder", order.indexOf(step) + 1);
                  json.object("location", () -> location(step, instance, prose));
                });
          });
    }

    private void stack(Step step, Finding.Instance instance, Prose prose) {
      String text = prose.told(step, instance);
      json.object("message", () -> json.put("text", text));
      json.objects(
          "frames",
          Prose.stack(step.actor().call()),
          frame -> json.object("location", () -> frameLocation(frame)));
    }

    private void frameLocation(Frame frame) {
      sources
          .locate(frame)
          .ifPresent(
              line ->
                  json.object(
                      "physicalLocation",
                      () -> physical(new Place(line.uri(), line.line(), true))));
      json.objects("logicalLocations", List.of(frame), this::logical);
      json.object("message", () -> json.put("text", Words.printable(frame.toString())));
    }

    private static String level(Severity severity) {
      return switch (severity) {
        case CRITICAL, ERROR -> "error";
        case WARNING -> "warning";
      };
    }
  }
}
