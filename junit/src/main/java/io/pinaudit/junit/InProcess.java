package io.pinaudit.junit;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Main;
import io.pinaudit.harness.GateCommand;
import io.pinaudit.harness.GateCommand.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** The command line in this JVM; loaded only where it is new enough for it. */
final class InProcess {
  private InProcess() {}

  static Outcome run(GateCommand command) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    PrintStream output = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    int status =
        Main.run(command.words().toArray(new String[0]), new Console(output, output, false));
    return new Outcome(status, bytes.toString(StandardCharsets.UTF_8));
  }
}
