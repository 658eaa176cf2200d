package io.pinaudit.lab;

import io.pinaudit.analyzer.cli.Console;
import java.io.IOException;
import java.nio.file.Path;

/**
 * apt with the machine's own sources: what it does not know or no longer finds is asked for after
 * an update.
 */
final class AptLists {
  private static final Path ANYWHERE = Path.of("/");

  private final Console console;

  AptLists(Console console) {
    this.console = console;
  }

  /** Runs an apt command; if it fails, once more after an update; returns what it printed. */
  String run(String... words) throws IOException, InterruptedException {
    HostCommand.Outcome first = HostCommand.run(ANYWHERE, words);
    if (first.succeeded()) {
      return first.output();
    }
    if (!HostPackages.isRoot()) {
      throw new IOException(
          String.join(" ", words) + ": " + first.reason() + "; try apt-get update as root");
    }
    update();
    return HostCommand.output(ANYWHERE, words);
  }

  /** Fetches the package lists. */
  void update() throws IOException, InterruptedException {
    console.note("updating the package lists");
    HostCommand.output(ANYWHERE, "apt-get", "update", "-qq", "-o", "DPkg::Lock::Timeout=300");
  }
}
