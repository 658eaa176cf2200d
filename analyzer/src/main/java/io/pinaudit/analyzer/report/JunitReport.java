package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Applied;
import io.pinaudit.analyzer.audit.Verdict;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.gate.Judged;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.analyzer.rule.Rules;
import io.pinaudit.analyzer.timeline.Interventions;
import io.pinaudit.analyzer.whatif.Answers;
import io.pinaudit.analyzer.whatif.AsIfOnDax;
import io.pinaudit.run.Evidence;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Writes JUnit XML, with a suite for each run and a case for each rule.
 *
 * <p>A rule with findings that count has failed. A rule without them has passed only if the run was
 * completely seen. Otherwise the case is an error, because nobody knows whether the hazard
 * happened, or is skipped, if the run lacks evidence that only this rule needs.
 */
final class JunitReport implements Report {
  @Override
  public void write(List<Judgement> runs, Writer out) throws IOException {
    try {
      XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(out);
      xml.writeStartDocument("UTF-8", "1.0");
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuites");
      xml.writeAttribute("name", "pinaudit");
      for (Judgement run : runs) {
        new Suite(run, xml).write();
      }
      xml.writeEndElement();
      xml.writeEndDocument();
      xml.flush();
    } catch (XMLStreamException e) {
      throw new IOException(e.getMessage(), e);
    }
    out.write("\n");
    out.flush();
  }

  /** The outcome of one rule. */
  private sealed interface Outcome {
    record Passed() implements Outcome {}

    record Failed(List<Judged> findings) implements Outcome {}

    record Skipped(String why) implements Outcome {}

    record Unknown(String why) implements Outcome {}
  }

  private record Case(Hazard hazard, Outcome outcome) {}

  private record Suite(Judgement run, XMLStreamWriter xml) {
    void write() throws XMLStreamException {
      List<Case> cases = Rules.all().stream().map(Rule::hazard).map(this::judge).toList();
      xml.writeCharacters("\n");
      xml.writeStartElement("testsuite");
      attribute("name", run.run());
      Optional<AsIfOnDax> asIf = run.answers().asIfOnDax();
      attribute("tests", String.valueOf(cases.size() + (asIf.isPresent() ? 1 : 0)));
      attribute("failures", count(cases, Outcome.Failed.class, run.failsAsIf()));
      attribute(
          "errors", count(cases, Outcome.Unknown.class, run.undecidedAsIf() && !run.failsAsIf()));
      attribute(
          "skipped", count(cases, Outcome.Skipped.class, asIf.isPresent() && !run.gatesAsIf()));
      attribute("time", String.format(Locale.ROOT, "%.3f", run.audit().durationNanos() / 1e9));
      for (Case one : cases) {
        write(one);
      }
      if (asIf.isPresent()) {
        asIf(asIf.get());
      }
      guard(run.audit().ledgers().sight().interventions());
      xml.writeCharacters("\n");
      xml.writeEndElement();
    }

    private Case judge(Hazard hazard) {
      return new Case(hazard, outcome(hazard));
    }

    private Outcome outcome(Hazard hazard) {
      List<Judged> failing =
          run.failing().stream().filter(one -> one.finding().hazard() == hazard).toList();
      return failing.isEmpty() ? applied(hazard) : new Outcome.Failed(failing);
    }

    private Outcome applied(Hazard hazard) {
      Verdict verdict = run.audit().verdict();
      return switch (verdict.rules().get(hazard)) {
        case Applied.Whole _ -> new Outcome.Passed();
        case Applied.RuledOut(String why) -> new Outcome.Skipped("ruled out: " + why);
        case Applied.InPart _ -> new Outcome.Unknown(VerdictProse.trust(verdict));
        case Applied.NotAtAll(Set<Evidence> missing) ->
            verdict.completeness() == Verdict.Completeness.INCONCLUSIVE
                ? new Outcome.Unknown(VerdictProse.trust(verdict))
                : new Outcome.Skipped(VerdictProse.missing(missing));
        case null -> new Outcome.Skipped("not asked for");
      };
    }

    private static String count(List<Case> cases, Class<? extends Outcome> kind, boolean andAsIf) {
      long count = cases.stream().filter(one -> kind.isInstance(one.outcome())).count();
      return String.valueOf(count + (andAsIf ? 1 : 0));
    }

    /** Writes what the guard did as the output of the suite. */
    private void guard(Interventions interventions) throws XMLStreamException {
      if (!interventions.isEmpty()) {
        xml.writeCharacters("\n  ");
        xml.writeStartElement("system-out");
        xml.writeCharacters(lines(String.join("\n", GuardProse.lines(interventions))));
        xml.writeEndElement();
      }
    }

    /**
     * Writes a case of its own for what would have happened on DAX; it fails only if that was asked
     * for.
     */
    private void asIf(AsIfOnDax dax) throws XMLStreamException {
      StringWriter text = new StringWriter();
      PrintWriter lines = new PrintWriter(text);
      new WhatIfText(run.audit(), lines)
          .print(new Answers(Optional.empty(), Optional.empty(), Optional.of(dax)));
      lines.flush();
      xml.writeCharacters("\n  ");
      xml.writeStartElement("testcase");
      attribute("classname", "pinaudit");
      attribute("name", "as if on DAX, Linux " + dax.kernel());
      attribute("time", "0");
      if (!run.gatesAsIf()) {
        because("skipped", "told, and not judged\n" + text);
      } else if (run.failsAsIf()) {
        because("failure", "would have gone wrong: " + dax.would().size() + "\n" + text);
      } else if (run.undecidedAsIf()) {
        because("error", "cannot be said: " + dax.withheld().size() + "\n" + text);
      }
      xml.writeEndElement();
    }

    private void write(Case one) throws XMLStreamException {
      xml.writeCharacters("\n  ");
      xml.writeStartElement("testcase");
      attribute("classname", "pinaudit");
      attribute("name", one.hazard().rule());
      attribute("time", "0");
      switch (one.outcome()) {
        case Outcome.Passed _ -> {}
        case Outcome.Failed(List<Judged> findings) -> failure(findings);
        case Outcome.Skipped(String why) -> because("skipped", why);
        case Outcome.Unknown(String why) -> because("error", why);
      }
      xml.writeEndElement();
    }

    private void failure(List<Judged> findings) throws XMLStreamException {
      Prose prose = new Prose(run.audit());
      xml.writeStartElement("failure");
      attribute("type", findings.getFirst().finding().severity().name());
      attribute(
          "message",
          findings.stream()
              .map(one -> prose.what(one.finding()))
              .collect(Collectors.joining("; ")));
      StringWriter text = new StringWriter();
      new TextReport(Ink.PLAIN).findings(run, findings, text);
      xml.writeCharacters(lines(text.toString()));
      xml.writeEndElement();
    }

    private void because(String element, String why) throws XMLStreamException {
      xml.writeStartElement(element);
      attribute("message", why.lines().findFirst().orElse(""));
      xml.writeCharacters(lines(why));
      xml.writeEndElement();
    }

    private void attribute(String name, String value) throws XMLStreamException {
      xml.writeAttribute(name, Words.printable(value));
    }

    /**
     * Returns a text without control characters: XML has no place for them, not even as references.
     */
    private static String lines(String text) {
      return text.lines().map(Words::printable).collect(Collectors.joining("\n"));
    }
  }
}
