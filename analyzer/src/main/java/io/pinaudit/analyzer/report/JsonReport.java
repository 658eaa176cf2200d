package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Applied;
import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Verdict;
import io.pinaudit.analyzer.finding.Endpoint;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Place;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.gate.Judged;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.rule.Basis;
import io.pinaudit.analyzer.timeline.FileRef;
import io.pinaudit.analyzer.timeline.Interventions;
import io.pinaudit.analyzer.timeline.ProcessRef;
import io.pinaudit.analyzer.trace.ByteRange;
import io.pinaudit.analyzer.trace.Fault;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.run.CpuStatistics;
import io.pinaudit.run.DeviceNumber;
import io.pinaudit.run.Evidence;
import io.pinaudit.run.KernelSide;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Writes everything that is known of the runs as JSON, for programs; {@code
 * docs/report.schema.json} is the schema.
 */
final class JsonReport implements Report {
  private static final int SCHEMA_VERSION = 2;
  private static final int BUFFER_BYTES = 1 << 20;

  private final String toolVersion;

  JsonReport(String toolVersion) {
    this.toolVersion = toolVersion;
  }

  @Override
  public void write(List<Judgement> runs, Writer out) throws IOException {
    try {
      JsonWriter.document(
          out,
          json -> {
            json.put("schemaVersion", SCHEMA_VERSION);
            json.object("tool", () -> json.put("name", "pinaudit").put("version", toolVersion));
            json.objects("runs", runs, run -> new Run(run, json).write());
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private record Run(Judgement judgement, Audit audit, Prose prose, JsonWriter json) {
    Run(Judgement judgement, JsonWriter json) {
      this(judgement, judgement.audit(), new Prose(judgement.audit()), json);
    }

    void write() {
      RunDescription run = audit.inputs().description();
      json.put("run", judgement.run());
      json.object("clock", this::clock);
      if (run != null) {
        json.object("host", () -> host(run));
      }
      json.objects("inputs", files(), this::input);
      json.object("coverage", () -> coverage(run));
      json.object("losses", () -> losses(run));
      json.objects("findings", judgement.findings(), this::finding);
      json.objects("faults", audit.faults(), this::fault);
      Interventions interventions = audit.ledgers().sight().interventions();
      if (!interventions.isEmpty()) {
        json.objects("interventions", interventions.groups(), this::intervention);
      }
      if (judgement.answers().any()) {
        new WhatIfJson(audit, json).write(judgement.answers());
      }
    }

    private void intervention(Interventions.Group group) {
      JavaCall.Guarded guarded = group.guarded();
      json.put("mode", guarded.mode().word());
      json.put("done", guarded.done());
      json.put("reason", guarded.reason());
      json.put("operation", group.first().operation().name());
      json.put("path", guarded.file().path());
      json.put("use", guarded.use().word());
      json.put("offsetBytes", guarded.range().offset());
      json.put("lengthBytes", guarded.range().length());
      json.put("holders", guarded.holds());
      json.object("holder", () -> holder(guarded.holder()));
      json.put("count", group.count());
      json.put("firstNanos", group.first().started().nanos());
      json.put("costNanos", group.nanos());
      json.put("longestNanos", group.longestNanos());
      json.put("otherwise", GuardProse.otherwise(group));
      json.objects("stack", group.first().stack(), this::frame);
    }

    private void holder(JavaCall.Holder holder) {
      json.put("operation", holder.operation().name());
      json.put("thread", holder.thread());
      json.put("tid", holder.tid());
      json.put("sinceNanos", holder.nanos());
      json.put("stack", holder.stack());
    }

    private void fault(Fault fault) {
      json.put("what", fault.what());
      json.put("thread", fault.stamp().task());
      if (fault.stamp().tid() >= 0) {
        json.put("tid", fault.stamp().tid());
      }
      if (fault.stamp().nanos() != Fault.UNKNOWN) {
        json.put("nanos", fault.stamp().nanos());
      }
      json.put("file", fault.stamp().source().file());
      json.put("line", fault.stamp().source().line());
      json.objects("stack", fault.stack(), this::frame);
    }

    private void clock() {
      json.put("name", "CLOCK_MONOTONIC");
      json.put("unit", "ns");
      json.put("startNanos", audit.startNanos());
      json.put("endNanos", audit.endNanos());
      json.put("uncertainty", audit.clock());
    }

    private void host(RunDescription run) {
      json.put("kernelRelease", run.kernelRelease());
      json.put("bootId", run.bootId());
      json.strings("command", run.command());
      json.put("exitStatus", run.exitStatus());
      json.put("recorderVersion", run.toolVersion());
      json.strings("kernelWarnings", run.kernelWarnings());
    }

    private List<Path> files() {
      return Stream.concat(audit.inputs().jfr().stream(), audit.inputs().traces().stream())
          .toList();
    }

    private void input(Path file) {
      json.put("file", file.toString());
      try {
        json.put("bytes", Files.size(file));
        json.put("sha256", digest(file));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static String digest(Path file) throws IOException {
      try (InputStream in = Files.newInputStream(file)) {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          digest.update(buffer, 0, count);
        }
        return HexFormat.of().formatHex(digest.digest());
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }

    private void coverage(RunDescription run) {
      Verdict verdict = audit.verdict();
      json.put("completeness", Words.lower(verdict.completeness()));
      json.strings("reasons", verdict.reasons());
      json.strings("notes", verdict.notes());
      json.objects("rules", verdict.rules().entrySet(), this::rule);
      json.put("kernelEvents", audit.kernelEvents());
      json.put("javaCalls", audit.javaCalls());
      json.objects(
          "probes",
          run == null || run.kernel() == null ? List.of() : run.kernel().probes(),
          this::probe);
    }

    private void rule(Map.Entry<Hazard, Applied> rule) {
      json.put("rule", rule.getKey().rule());
      switch (rule.getValue()) {
        case Applied.Whole(Basis basis) -> applied("applied", basis);
        case Applied.RuledOut(String why) -> json.put("outcome", "ruled-out").put("why", why);
        case Applied.InPart(Basis basis, List<String> unseen) -> {
          applied("applied-in-part", basis);
          json.strings("unseen", unseen);
        }
        case Applied.NotAtAll(Set<Evidence> missing) -> {
          json.put("outcome", "not-applied");
          json.strings("missing", missing.stream().map(Words::lower).toList());
        }
      }
    }

    private void applied(String outcome, Basis basis) {
      json.put("outcome", outcome);
      json.strings("evidence", basis.needs().stream().map(Words::lower).toList());
    }

    private void probe(KernelSide.ProbeState probe) {
      json.put("name", probe.name());
      json.put("evidence", probe.evidence());
      json.put("attached", probe.attached());
      json.put("reason", probe.reason());
      json.put("missed", probe.missed());
    }

    private void losses(RunDescription run) {
      json.objects(
          "cpus", run == null || run.kernel() == null ? List.of() : run.kernel().cpus(), this::cpu);
      json.put("unusable", audit.diagnostics().total());
      json.strings("firstUnusable", audit.diagnostics().shown());
      json.object("withoutUse", () -> audit.diagnostics().ignored().forEach(json::put));
      Map<String, Long> unknown = audit.diagnostics().unknownOperations();
      if (!unknown.isEmpty()) {
        json.object("unknownOperations", () -> unknown.forEach(json::put));
      }
    }

    private void cpu(CpuStatistics cpu) {
      json.put("cpu", cpu.cpu());
      json.put("overrun", cpu.overrun());
      json.put("droppedEvents", cpu.droppedEvents());
    }

    private void finding(Judged judged) {
      Finding finding = judged.finding();
      json.put("id", finding.id());
      json.put("rule", finding.rule());
      json.put("severity", Words.lower(finding.severity()));
      json.put("certainty", Words.lower(finding.certainty()));
      json.put("fingerprint", finding.fingerprint());
      json.put("standing", Words.lower(judged.standing()));
      json.put("note", judged.note().isEmpty() ? null : judged.note());
      json.put("what", prose.what(finding));
      json.put("where", prose.where(finding.first().place()));
      json.put("count", finding.count());
      json.object("first", () -> instance(finding.first()));
      json.object("worst", () -> instance(finding.worst()));
      json.objects("instances", finding.instances(), this::instance);
    }

    private void instance(Finding.Instance instance) {
      json.put("severity", Words.lower(instance.severity()));
      json.put("certainty", Words.lower(instance.certainty()));
      json.strings("doubts", instance.doubts().stream().map(Words::code).toList());
      json.object("place", () -> place(instance.place()));
      instance.buffer().ifPresent(end -> json.object("buffer", () -> endpoint(end)));
      instance.storage().ifPresent(end -> json.object("storage", () -> endpoint(end)));
      json.put("beganNanos", instance.began().nanos());
      json.put("lastedNanos", instance.nanos());
      json.put("ended", instance.ended());
      json.put("ambiguous", instance.ambiguous());
      json.objects("steps", instance.steps(), this::step);
    }

    private void place(Place place) {
      if (place.file() != null) {
        json.object("file", () -> file(place.file()));
      }
      json.objects("ranges", place.ranges(), this::range);
      json.objects("blocks", place.blocks(), this::blocks);
    }

    private void file(FileRef file) {
      json.put("path", audit.ledgers().names().path(file));
      identity(file.id());
      json.put("generation", file.generation());
    }

    private void identity(FileId id) {
      DeviceNumber device = id.device();
      json.put("device", device.toString());
      json.put("deviceName", audit.ledgers().blocks().name(device));
      json.put("fileSystem", audit.ledgers().blocks().fileSystem(device));
      json.put("inode", id.inode());
    }

    private void endpoint(Endpoint end) {
      json.put("path", end.path());
      if (end.file() != null) {
        identity(end.file());
      }
      json.objects("ranges", end.ranges(), this::range);
    }

    private void range(ByteRange range) {
      json.put("offset", range.offset());
      json.put("length", range.length());
    }

    private void blocks(PageRange blocks) {
      json.put("first", blocks.first());
      json.put("count", blocks.count());
    }

    private void step(Step step) {
      json.put("role", Words.lower(step.role()));
      json.put("nanos", step.stamp().nanos());
      json.put("tid", step.actor().tid());
      json.put("task", step.actor().task());
      json.put("operation", step.actor().operation());
      if (step.actor().process() != null) {
        json.object("process", () -> process(step.actor().process()));
      }
      json.put("file", step.stamp().source().file());
      json.put("line", step.stamp().source().line());
      json.put("count", step.count());
      if (step.place() != null) {
        json.object("place", () -> place(step.place()));
      }
      if (step.actor().call() != null) {
        json.objects("stack", step.actor().call().stack(), this::frame);
      }
    }

    private void process(ProcessRef process) {
      json.put("pid", process.pid());
      json.put("command", process.command());
      if (process.uid() >= 0) {
        json.put("uid", process.uid());
      }
      json.put("user", process.user().isEmpty() ? null : process.user());
      json.put("audited", process.audited());
      json.put("guessed", process.guessed());
    }

    private void frame(Frame frame) {
      json.put("class", frame.className());
      json.put("method", frame.method());
      json.put("line", frame.line());
    }
  }
}
