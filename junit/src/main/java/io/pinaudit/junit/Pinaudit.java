package io.pinaudit.junit;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Main;
import io.pinaudit.harness.Jdks;
import io.pinaudit.harness.PinauditCommand;
import io.pinaudit.harness.PinauditCommand.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Runs command lines of pinaudit, which needs a JDK 25, from a JVM that may be older. */
final class Pinaudit {
  private static final boolean NEW_ENOUGH = Runtime.version().feature() >= Jdks.FEATURE;

  private Pinaudit() {}

  /** Runs a command line: in this JVM if it is new enough, else in one of its own. */
  static Outcome run(PinauditCommand command) throws IOException, InterruptedException {
    return NEW_ENOUGH ? InThisJvm.run(command) : runApart(command);
  }

  /**
   * Runs a command line in a JVM of its own. What starts processes has to: standard output of this
   * JVM may belong to the build tool that started it.
   */
  static Outcome runApart(PinauditCommand command) throws IOException, InterruptedException {
    return command.run(PinauditCommand.onJdk(jdk(), classPath()));
  }

  private static Path jdk() throws IOException {
    return NEW_ENOUGH
        ? Path.of(System.getProperty("java.home"))
        : Jdks.find(System.getenv())
            .orElseThrow(() -> new IOException(Jdks.ADVICE + ", on which pinaudit judges"));
  }

  /**
   * Returns the class path of this JVM. Surefire starts the tests' JVM with a jar that only names
   * the class path.
   */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }

  /** Loaded only where the JVM is new enough for the classes that it names. */
  private static final class InThisJvm {
    static Outcome run(PinauditCommand command) {
      List<String> words = command.words();
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      PrintStream output = new PrintStream(bytes, true, StandardCharsets.UTF_8);
      int status = Main.run(words.toArray(new String[0]), new Console(output, output, false));
      return new Outcome(status, bytes.toString(StandardCharsets.UTF_8));
    }
  }
}
