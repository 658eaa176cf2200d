package io.pinaudit.lab;

import io.pinaudit.cli.recording.RecordVerb;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Keeps what each of several recorded programs prints in a file of its own: the recorder announces
 * each with its run directory. One thread at a time.
 */
final class DemoOutput extends OutputStream {
  private final Map<String, DemoRun> announced;
  private final Consumer<DemoRun> begins;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private OutputStream file = OutputStream.nullOutputStream();

  /**
   * Makes the output of a demo.
   *
   * @param runs the runs that may be announced
   * @param begins is called with each run that is announced
   */
  DemoOutput(List<DemoRun> runs, Consumer<DemoRun> begins) {
    this.announced =
        runs.stream()
            .collect(
                Collectors.toMap(
                    run -> RecordVerb.BEGINNING + run.directory(), Function.identity()));
    this.begins = begins;
  }

  @Override
  public void write(int value) throws IOException {
    line.write(value);
    if (value == '\n') {
      endLine();
    }
  }

  private void endLine() throws IOException {
    DemoRun run = announced.get(line.toString(StandardCharsets.UTF_8).stripTrailing());
    if (run == null) {
      line.writeTo(file);
    } else {
      file.close();
      file = Files.newOutputStream(run.output());
      begins.accept(run);
    }
    line.reset();
  }

  @Override
  public void close() throws IOException {
    line.writeTo(file);
    line.reset();
    file.close();
  }
}
