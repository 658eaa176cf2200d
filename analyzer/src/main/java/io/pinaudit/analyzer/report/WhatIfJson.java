package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.whatif.Answers;
import io.pinaudit.analyzer.whatif.AsIfOnDax;
import io.pinaudit.analyzer.whatif.Case;
import io.pinaudit.analyzer.whatif.Forecast;
import io.pinaudit.analyzer.whatif.HeldCurve;
import io.pinaudit.analyzer.whatif.KernelTable;
import io.pinaudit.analyzer.whatif.OnKernels;
import io.pinaudit.analyzer.whatif.Remedies;
import io.pinaudit.analyzer.whatif.Taking;
import io.pinaudit.analyzer.whatif.Told;

/** Writes what a run would have been elsewhere, as the property {@code whatIf} of a run. */
record WhatIfJson(Audit audit, JsonWriter json) {
  void write(Answers answers) {
    json.object(
        "whatIf",
        () -> {
          answers.onKernels().ifPresent(told -> json.object("kernels", () -> kernels(told)));
          answers.remedies().ifPresent(told -> json.object("remedies", () -> remedies(told)));
          answers.asIfOnDax().ifPresent(told -> json.object("asIfOnDax", () -> asIfOnDax(told)));
        });
  }

  private void kernels(OnKernels kernels) {
    json.strings("kernels", kernels.kernels().stream().map(Object::toString).toList());
    json.put("here", kernels.here() == null ? null : kernels.here().toString());
    json.objects("cases", kernels.cases(), this::ofCase);
    json.objects("findings", kernels.findings(), this::ofFinding);
  }

  private void ofFinding(OnKernels.OfFinding one) {
    json.put("id", one.id());
    json.put("rule", one.rule());
    json.objects("rows", one.rows(), this::row);
  }

  private void ofCase(OnKernels.OfCase one) {
    which(one.which());
    json.objects("told", one.told(), this::told);
  }

  private void told(Told told) {
    json.put("kernel", told.kernel().toString());
    json.put("fileSystem", told.fileSystem());
    forecast(told.forecast());
  }

  private void which(Case one) {
    Taking taking = one.longest();
    json.put("id", one.id());
    json.strings("findings", one.findings());
    json.put("count", one.count());
    json.put("act", Words.lower(taking.act()));
    json.put("mapped", Words.code(taking.mapped()));
    json.put("dax", taking.dax());
    json.put("here", taking.here().word());
    json.put("beganNanos", one.first().began().nanos());
    json.put("awaitedPages", taking.awaited().pages());
    json.put("takenPages", taking.taken().pages());
    json.put("pinnedNanos", taking.awaited().nanos());
    json.put("ended", taking.awaited().ended());
    json.put("waiterHolds", taking.waiterHolds());
    json.put("path", audit.ledgers().names().path(taking.file()));
    json.object("pinnedBy", () -> actor(taking.holder()));
    json.object("takenBy", () -> actor(taking.actor()));
  }

  private void actor(Actor actor) {
    json.put("operation", actor.operation());
    json.put("task", actor.task());
    if (actor.call() != null) {
      json.objects("stack", actor.call().stack(), this::frame);
    }
  }

  private void frame(Frame frame) {
    json.put("class", frame.className());
    json.put("method", frame.method());
    json.put("line", frame.line());
  }

  private void forecast(Forecast forecast) {
    json.put("outcome", forecast.outcome().word());
    json.put("pages", forecast.pages());
    json.put("nanos", forecast.nanos());
    json.put("ended", forecast.ended());
    json.put("why", forecast.why());
    if (forecast.row() != null) {
      json.object("row", () -> row(forecast.row()));
    }
  }

  private void row(KernelTable.Row row) {
    json.put("operation", row.operation().toString());
    json.put("fileSystem", row.fileSystem());
    json.put("versions", row.versions());
    json.put("does", row.does());
    json.put("knownFrom", row.knownFrom());
  }

  private void remedies(Remedies remedies) {
    json.put("schedules", 1);
    json.put("copiedBytes", remedies.copiedBytes());
    json.put("waitNanos", remedies.waitNanos());
    json.put("deadlocks", remedies.deadlocks());
    json.put("unpriced", remedies.unpriced());
    json.object("heldBack", () -> held(remedies.held()));
    json.objects("sites", remedies.sites(), this::site);
  }

  private void held(HeldCurve held) {
    json.put("peakBlocks", held.peak());
    json.put("blockNanos", Math.round(held.blockNanos()));
    json.put("whole", held.whole());
    json.objects("points", held.points(), this::point);
  }

  private void point(HeldCurve.Point point) {
    json.put("nanos", point.nanos());
    json.put("blocks", point.blocks());
  }

  private void site(Remedies.Site site) {
    json.object("site", () -> actor(site.actor()));
    json.put("uses", site.uses());
    json.put("copiedBytes", site.copiedBytes());
    json.put("takings", site.takings());
    json.put("heldBlocks", site.heldBlocks());
    json.put("heldBlockNanos", Math.round(site.heldBlockNanos()));
    json.put("waits", site.waits());
    json.put("waitNanos", site.waitNanos());
    json.put("longestWaitNanos", site.longestNanos());
    json.put("deadlocks", site.deadlocks());
    json.put("ended", site.ended());
  }

  private void asIfOnDax(AsIfOnDax dax) {
    json.put("kernel", dax.kernel().toString());
    json.objects("would", dax.would(), this::would);
    json.objects("withheld", dax.withheld(), this::would);
    json.put("harmless", dax.harmless());
    json.strings("gone", dax.gone());
    json.strings("refused", dax.refused());
  }

  private void would(AsIfOnDax.Would would) {
    which(would.which());
    json.put("gravity", would.gravity().replace(' ', '-'));
    json.put("fileSystem", would.fileSystem());
    json.object("forecast", () -> forecast(would.forecast()));
  }
}
