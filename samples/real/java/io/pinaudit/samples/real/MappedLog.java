package io.pinaudit.samples.real;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilder;
import org.apache.logging.log4j.core.config.builder.api.ConfigurationBuilderFactory;
import org.apache.logging.log4j.core.config.builder.impl.BuiltConfiguration;

/**
 * Log4j writes a log through its memory-mapped appender, and the log is rotated by another process.
 * As logrotate's {@code copytruncate} does it, the log is cut below the mapping. With {@code
 * --fixed} the log is moved away, as logrotate does without that option, and opened anew.
 */
public final class MappedLog {
  private static final int LINES = 50;

  private MappedLog() {}

  /** Runs the program; the package describes the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Folder folder = Folder.of(args);
    Path log = folder.file("app.log");
    LoggerContext context = Configurator.initialize(configuration(log).build());
    write(context, "before");
    rotate(log, folder.fixed() ? "mv $F $F.1" : "cp $F $F.1; : > $F");
    if (folder.fixed()) {
      Configurator.shutdown(context);
      context = Configurator.initialize(configuration(log).build());
    }
    write(context, "after");
    Configurator.shutdown(context);
    System.out.println("truth: " + count(log) + " of " + LINES + " lines are in the new log");
  }

  private static ConfigurationBuilder<BuiltConfiguration> configuration(Path log) {
    ConfigurationBuilder<BuiltConfiguration> builder =
        ConfigurationBuilderFactory.newConfigurationBuilder();
    return builder
        .setStatusLevel(Level.OFF)
        .add(
            builder
                .newAppender("log", "MemoryMappedFile")
                .addAttribute("fileName", log.toString())
                .addAttribute("regionLength", 1 << 16)
                .add(builder.newLayout("PatternLayout").addAttribute("pattern", "%m%n")))
        .add(builder.newRootLogger(Level.INFO).add(builder.newAppenderRef("log")));
  }

  private static void write(LoggerContext context, String when) {
    Logger logger = context.getLogger("app");
    for (int i = 0; i < LINES; i++) {
      logger.info("{} {}", when, i);
    }
  }

  private static void rotate(Path log, String command) throws IOException, InterruptedException {
    ProcessBuilder shell = new ProcessBuilder("sh", "-c", command);
    shell.environment().put("F", log.toString());
    if (shell.inheritIO().start().waitFor() != 0) {
      throw new IOException("cannot rotate " + log);
    }
  }

  private static long count(Path log) throws IOException {
    return Files.readString(log).lines().filter(line -> line.startsWith("after")).count();
  }
}
