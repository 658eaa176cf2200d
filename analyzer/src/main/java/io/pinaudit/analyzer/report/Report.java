package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.gate.Judgement;
import java.io.IOException;
import java.io.Writer;
import java.util.List;

/**
 * Writes the runs of one build in one format.
 *
 * <p>Confined to one thread.
 */
public interface Report {
  /**
   * Writes all runs and flushes the writer, which stays open.
   *
   * @throws IOException if the writer fails
   */
  void write(List<Judgement> runs, Writer out) throws IOException;

  /** Returns the report of a format, without colours and without a folder of source files. */
  static Report of(Format format) {
    String version = Report.class.getPackage().getImplementationVersion();
    return of(format, Sources.unknown(), false, version == null ? "unknown" : version);
  }

  /**
   * Returns the report of a format.
   *
   * @param sources the folder in which lines of code are looked for
   * @param colour whether the text may use a terminal's colours
   * @param toolVersion version of this program
   */
  static Report of(Format format, Sources sources, boolean colour, String toolVersion) {
    return switch (format) {
      case TEXT -> new TextReport(colour ? Ink.COLOURS : Ink.PLAIN);
      case JSON -> new JsonReport(toolVersion);
      case SARIF -> new SarifReport(sources, toolVersion);
      case JUNIT -> new JunitReport();
      case HTML -> new HtmlReport(toolVersion);
      case GITHUB -> new GithubAnnotations(sources);
      case PERFETTO -> new PerfettoReport();
    };
  }
}
