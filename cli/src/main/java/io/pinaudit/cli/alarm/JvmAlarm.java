package io.pinaudit.cli.alarm;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.report.TextReport;
import io.pinaudit.run.SharedText;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Tells the JVMs of a run, whose agent follows a file and writes an event for each of its lines
 * into the JVM's recordings. A line has the words of {@link TextReport#words} with tabs between.
 */
public final class JvmAlarm implements Alarm {
  /** The file's name in a run directory. */
  public static final String FILE_NAME = "told.hazards";

  private volatile Path file;

  /**
   * Makes the alarm.
   *
   * @param file which the JVMs follow; it need not be there yet
   */
  public JvmAlarm(Path file) {
    this.file = file;
  }

  /** Returns the options with which a JVM follows the file. */
  public List<String> options() {
    return List.of("-Dpinaudit.found=" + file);
  }

  /**
   * Has another file written, by its name here: a JVM in a container follows one of its own. Any
   * thread.
   */
  public void tellIn(Path other) {
    file = other;
  }

  @Override
  public void found(Audit news) throws IOException {
    StringBuilder lines = new StringBuilder();
    for (List<String> words : TextReport.words(news)) {
      lines.append(String.join("\t", words)).append('\n');
    }
    SharedText.append(file, lines.toString());
  }
}
