package io.pinaudit.analyzer.tracedat;

import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.Horizon;
import io.pinaudit.analyzer.trace.LineSource;
import io.pinaudit.analyzer.trace.Source;
import java.io.IOException;
import java.nio.file.Path;

/**
 * Gives a {@code trace.dat} as text, for people: a line for each event, as the kernel would print
 * it.
 */
public final class TraceDatText implements LineSource {
  private final TraceDatLines lines;

  /**
   * Opens a trace.
   *
   * @param diagnostics takes what cannot be read
   */
  public TraceDatText(Path path, Diagnostics diagnostics) throws IOException {
    this.lines = new TraceDatLines(path, diagnostics, Horizon.ofWhole());
  }

  @Override
  public String next() {
    return lines.next() ? lines.text() : null;
  }

  @Override
  public Source source() {
    return lines.source();
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
