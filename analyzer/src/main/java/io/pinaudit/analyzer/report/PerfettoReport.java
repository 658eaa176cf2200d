package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.gate.Judgement;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * Writes the runs as trace events in the JSON format of Chrome, which ui.perfetto.dev and {@code
 * chrome://tracing} show: a track for each thread with its calls and waits, one for each file with
 * its pins and what was taken from it, and one for each finding.
 *
 * <p>The inputs of a run are read once more, and events are written as they come, so that memory
 * does not grow with the run.
 *
 * @see <a
 *     href="https://docs.google.com/document/d/1CvAClvFfyA5R-PhYUmn5OOQtYMH4h6I0nSsKchNAySU">Trace
 *     Event Format</a>
 */
final class PerfettoReport implements Report {
  @Override
  public void write(List<Judgement> runs, Writer out) throws IOException {
    try {
      JsonWriter.document(out, json -> json.array("traceEvents", () -> events(runs, json)));
    } catch (UnreadableInput e) {
      throw e.cause();
    }
  }

  private static void events(List<Judgement> runs, JsonWriter json) {
    int first = 1;
    for (Judgement run : runs) {
      PerfettoTracks tracks = new PerfettoTracks(run.audit(), json, first);
      tracks.begin(run.run());
      try {
        Audit.of(run.audit().inputs(), List.of(), tracks);
      } catch (IOException e) {
        throw new UnreadableInput(e);
      }
      tracks.end();
      Prose prose = new Prose(run.audit());
      for (Finding finding : run.audit().findings()) {
        tracks.finding(finding, prose);
      }
      run.audit().ledgers().sight().interventions().groups().forEach(tracks::guard);
      first += PerfettoTracks.PROCESSES;
    }
  }

  /** Carries an error of reading through what writes JSON. */
  private static final class UnreadableInput extends RuntimeException {
    private static final long serialVersionUID = 1;

    UnreadableInput(IOException cause) {
      super(cause);
    }

    IOException cause() {
      return (IOException) getCause();
    }
  }
}
