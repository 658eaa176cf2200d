package io.pinaudit.fleet.report;

import io.pinaudit.analyzer.report.JsonWriter;
import io.pinaudit.fleet.row.FindingRow;
import java.io.IOException;
import java.io.Writer;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes the report as JSON for programs. It has the same numbers as the other formats, and all
 * findings.
 */
final class JsonFleet {
  private static final int SCHEMA_VERSION = 1;

  private final Summary summary;
  private final JsonWriter json;

  private JsonFleet(Summary summary, JsonWriter json) {
    this.summary = summary;
    this.json = json;
  }

  static void write(Summary summary, Writer out) throws IOException {
    JsonWriter.document(out, json -> new JsonFleet(summary, json).document());
  }

  private void document() {
    json.put("schemaVersion", SCHEMA_VERSION);
    json.put("since", summary.since().toString());
    json.put("runs", summary.runs()).put("hosts", summary.hosts());
    json.put("complete", summary.completeRuns()).put("failed", summary.failed());
    json.objects("days", summary.days().entrySet(), this::day);
    json.objects("findings", summary.sightings(), this::sighting);
    json.objects("matrix", cells(), this::cell);
    json.objects("sites", summary.sites(), this::site);
    json.objects("coverage", summary.coverage(), this::coverage);
    json.objects("incomplete", summary.reasons(), this::reason);
    json.objects(
        "silentHosts",
        summary.silent(),
        one -> json.put("host", one.host()).put("lastDay", one.last().toString()));
    json.objects(
        "failures",
        summary.failures(),
        run -> json.put("path", run.path()).put("error", run.error()));
  }

  private void day(Map.Entry<LocalDate, Day> entry) {
    Day day = entry.getValue();
    json.put("day", entry.getKey().toString());
    json.put("runs", day.runs()).put("complete", day.complete()).put("failed", day.failed());
    json.put("hosts", day.hosts());
    json.put("warnings", day.findings(0)).put("errors", day.findings(1));
    json.put("criticals", day.findings(2));
  }

  private void sighting(Sighting one) {
    FindingRow worst = one.worst();
    json.put("fingerprint", one.fingerprint()).put("app", one.app());
    json.put("standing", one.standing().toString()).put("evidence", one.evidence());
    json.put("rule", worst.rule()).put("severity", worst.severity());
    json.put("certainty", worst.certainty()).put("what", worst.what());
    json.put("site", worst.site()).put("holder", worst.holder());
    json.put("hostsSince", one.hostsSince()).put("hostsBefore", one.hostsBefore());
    json.put("timelinesSince", one.timelinesSince()).put("timelinesBefore", one.timelinesBefore());
    json.put("count", one.count());
    json.put("firstDay", one.first().toString()).put("lastDay", one.last().toString());
    json.strings("versions", one.versions());
    json.strings("kernels", one.kernels());
    json.put("reproduce", Reproduce.command(worst.paths(), worst.finding()));
  }

  private List<Summary.Cell> cells() {
    List<Summary.Cell> cells = new ArrayList<>();
    for (String rule : summary.firing()) {
      for (String kernel : summary.kernels()) {
        for (String fileSystem : summary.fileSystems()) {
          Summary.Cell cell = new Summary.Cell(kernel, fileSystem, rule);
          if (summary.count(cell) != null) {
            cells.add(cell);
          }
        }
      }
    }
    return cells;
  }

  private void cell(Summary.Cell cell) {
    Summary.Count count = summary.count(cell);
    json.put("rule", cell.rule()).put("kernel", cell.kernel());
    json.put("fileSystem", cell.fileSystem()).put("timelines", count.timelines());
    json.put("conclusive", count.conclusive()).put("hazardous", count.hazardous());
  }

  private void site(Summary.Site site) {
    json.put("line", site.line()).put("hosts", site.hosts()).strings("rules", site.rules());
  }

  private void coverage(Summary.RuleCoverage rule) {
    json.put("rule", rule.rule()).put("conclusive", rule.conclusive()).put("all", rule.all());
    json.object("outcomes", () -> rule.outcomes().forEach(json::put));
  }

  private void reason(Map.Entry<String, Long> reason) {
    json.put("reason", reason.getKey()).put("runs", reason.getValue());
  }
}
