package io.pinaudit.lab;

import io.pinaudit.cli.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Asks a JVM for its flight recordings. */
final class FlightRecordings {
  private FlightRecordings() {}

  /** Returns what jcmd prints of the recordings of a JVM, or why it cannot be asked now. */
  static String of(long pid) throws IOException {
    Process jcmd =
        new ProcessBuilder(Installation.jdkTool("jcmd").toString(), Long.toString(pid), "JFR.check")
            .start();
    return new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
