package io.pinaudit.cli;

import io.pinaudit.linux.KernelLog;
import io.pinaudit.linux.Posix;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;

/**
 * Does once what later starts of the command line do, for the JVM to note the classes of it: {@code
 * java -XX:AOTCacheOutput=FILE … io.pinaudit.cli.Training LIB RUN SCRATCH}.
 *
 * <p>LIB is the folder of the class path, RUN a recorded run, SCRATCH a folder that does not exist
 * yet. Nothing is recorded of the kernel: the classes of that are loaded and left alone.
 */
final class Training {
  private static final String OWN_CLASSES = "io/pinaudit/";
  private static final String ENDING = ".class";

  private Training() {}

  /**
   * Runs what later starts will need. A failure is only printed: it makes a later start slower, and
   * nothing else.
   */
  public static void main(String[] args) throws IOException {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    Console console = new Console(nowhere, System.err, false);
    Main.run(new String[] {"analyze", args[1]}, console);
    Main.run(new String[] {"record", "--no-kernel", "-o", args[2], "--", "true"}, console);
    // Half of the time of a small fleet's audit is the start of the writer of tables.
    String tables = args[2] + "-tables";
    Main.run(new String[] {"fleet", "audit", args[1], "-o", tables}, console);
    Main.run(new String[] {"fleet", "report", tables}, console);
    callLinux();
    try (var jars = Files.newDirectoryStream(Path.of(args[0]), "pinaudit-*.jar")) {
      for (Path jar : jars) {
        load(jar);
      }
    }
  }

  private static void callLinux() throws IOException {
    Path file = Path.of("/proc/self/comm");
    int descriptor = Posix.openWithoutWaiting(file);
    Posix.read(descriptor, ByteBuffer.allocateDirect(64), file);
    Posix.close(descriptor);
    Posix.setNiceness(0);
    KernelLog.lines();
  }

  private static void load(Path jar) throws IOException {
    try (JarFile file = new JarFile(jar.toFile())) {
      file.stream()
          .map(entry -> entry.getName())
          .filter(name -> name.startsWith(OWN_CLASSES) && name.endsWith(ENDING))
          .map(name -> name.substring(0, name.length() - ENDING.length()).replace('/', '.'))
          .forEach(Training::load);
    }
  }

  private static void load(String name) {
    try {
      Class<?> _ = Class.forName(name, false, Training.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      System.err.println(name + ": " + e);
    }
  }
}
