package io.pinaudit.junit;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import jdk.jfr.Configuration;
import jdk.jfr.Recording;

/** A JFR recording of pinaudit's own events, made by the tests' JVM itself. One thread. */
final class TestRecording {
  private final Recording recording;
  private final Path directory;

  private TestRecording(Recording recording, Path directory) {
    this.recording = recording;
    this.directory = directory;
  }

  static TestRecording start(Path directory) throws IOException {
    Recording recording = new Recording(settings());
    recording.setName("pinaudit " + directory.getFileName());
    recording.setDestination(directory.resolve("app.jfr"));
    recording.start();
    return new TestRecording(recording, directory);
  }

  private static Configuration settings() throws IOException {
    try (InputStream in = TestRecording.class.getResourceAsStream("/pinaudit.jfc");
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      return Configuration.create(reader);
    } catch (ParseException e) {
      throw new IOException(e);
    }
  }

  /** Ends the recording and writes it into its run directory, which it returns. */
  Path stop() throws IOException {
    try (recording) {
      recording.stop();
    }
    return directory;
  }
}
