package io.pinaudit.fleet.spark;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Spark cluster on loopback: a master and workers, each a JVM of its own, of Java 17 where there
 * is one. Their executors are of the Java that the driver asks for.
 */
final class Standalone implements AutoCloseable {
  private static final Pattern MASTER = Pattern.compile("Starting Spark master at (spark://\\S+)");
  private static final String REGISTERED = "Successfully registered with master";

  private static final Duration LONGEST_START = Duration.ofMinutes(5);

  private final Path folder;
  private final Path jars;
  private final List<Process> daemons = new ArrayList<>();
  private final List<Process> workers = new ArrayList<>();
  private final String url;

  /**
   * Starts a master and workers.
   *
   * @param folder an empty one
   * @param jars those of Spark
   */
  Standalone(Path folder, Path jars, int count) throws IOException {
    this.folder = folder;
    this.jars = jars;
    Files.createSymbolicLink(folder.resolve("jars"), jars);
    Process master =
        daemon(
            "org.apache.spark.deploy.master.Master",
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--webui-port",
            "0");
    this.url = said(master, MASTER).group(1);
    for (int i = 0; i < count; i++) {
      startWorker();
    }
  }

  void startWorker() throws IOException {
    Process worker =
        daemon(
            "org.apache.spark.deploy.worker.Worker",
            "--host",
            "127.0.0.1",
            "--webui-port",
            "0",
            "--cores",
            "1",
            "--memory",
            "1g",
            "--work-dir",
            Files.createDirectories(folder.resolve("work" + workers.size())).toString(),
            url);
    said(worker, Pattern.compile(REGISTERED));
    workers.add(worker);
  }

  private Process daemon(String main, String... words) throws IOException {
    Path settings =
        Files.writeString(
            folder.resolve("log4j2.properties"),
            """
            rootLogger.level = info
            rootLogger.appenderRef.out.ref = out
            appender.out.type = Console
            appender.out.name = out
            appender.out.layout.type = PatternLayout
            appender.out.layout.pattern = %c{1}: %m%n%ex{3}
            """);
    List<String> command = new ArrayList<>();
    command.add(oldJava().toString());
    for (String opened : List.of("java.lang", "java.nio", "java.util", "sun.nio.ch")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    command.addAll(
        List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-Xmx256m",
            "-Dlog4j2.configurationFile=" + settings.toUri(),
            "-cp",
            jars + "/*",
            main));
    command.addAll(List.of(words));
    Process process = spark(new ProcessBuilder(command)).redirectErrorStream(true).start();
    daemons.add(process);
    return process;
  }

  /**
   * Starts {@code spark-submit} as the script of a whole Spark does, which asks Spark's launcher
   * for the command.
   *
   * @param output takes what it prints
   */
  Process submit(Path output, String... words) throws IOException {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    List<String> asked =
        new ArrayList<>(
            List.of(
                java,
                "-cp",
                jars + "/*",
                "org.apache.spark.launcher.Main",
                "org.apache.spark.deploy.SparkSubmit"));
    asked.addAll(List.of(words));
    Process launcher = spark(new ProcessBuilder(asked)).start();
    String answer = new String(launcher.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    // "\0\n" and then the words, each with "\0" behind it
    List<String> command = List.of(answer.substring(answer.indexOf("\0\n") + 2).split("\0"));
    return spark(new ProcessBuilder(command))
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
  }

  private ProcessBuilder spark(ProcessBuilder builder) {
    builder.environment().put("SPARK_HOME", folder.toString());
    builder.environment().put("SPARK_LOCAL_IP", "127.0.0.1");
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    // As the scripts of a whole Spark set it.
    builder.environment().put("SPARK_SCALA_VERSION", "2.13");
    return builder;
  }

  /** What a cluster that is not new runs on: a Java that cannot read classes of ours. */
  static Path oldJava() throws IOException {
    Path installed = Path.of("/usr/lib/jvm");
    if (Files.isDirectory(installed)) {
      try (Stream<Path> homes = Files.list(installed)) {
        for (Path home : homes.sorted().toList()) {
          Path release = home.resolve("release");
          if (Files.exists(release)
              && Files.readString(release).contains("JAVA_VERSION=\"17")
              && Files.isExecutable(home.resolve("bin/java"))) {
            return home.resolve("bin/java");
          }
        }
      }
    }
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }

  /** Waits for a line; the others that follow are read and thrown away. */
  private static Matcher said(Process process, Pattern what) throws IOException {
    Thread watch = Thread.ofVirtual().start(() -> endLater(process));
    BufferedReader lines = process.inputReader();
    List<String> before = new ArrayList<>();
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      before.add(line);
      Matcher matcher = what.matcher(line);
      if (matcher.find()) {
        watch.interrupt();
        Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
        return matcher;
      }
    }
    throw new IOException("a daemon ended: " + String.join("\n", before));
  }

  /** One that does not start is ended, so that its reader comes to an end too. */
  private static void endLater(Process process) {
    try {
      Thread.sleep(LONGEST_START);
      process.destroyForcibly();
    } catch (InterruptedException e) {
      // It has started.
    }
  }

  String url() {
    return url;
  }

  /** {@code kill -9} of a worker and of the executors that it has started. */
  void killWorker(int number) {
    Process worker = workers.get(number);
    List<ProcessHandle> executors = worker.descendants().toList();
    worker.destroyForcibly();
    executors.forEach(ProcessHandle::destroyForcibly);
  }

  /** Returns the Java of each executor that runs now. */
  List<String> executors() {
    return workers.stream()
        .flatMap(Process::descendants)
        .flatMap(process -> process.info().command().stream())
        .toList();
  }

  @Override
  public void close() {
    for (Process daemon : daemons) {
      List<ProcessHandle> children = daemon.descendants().toList();
      daemon.destroy();
      children.forEach(ProcessHandle::destroyForcibly);
    }
    for (Process daemon : daemons) {
      try {
        if (!daemon.waitFor(10, TimeUnit.SECONDS)) {
          daemon.destroyForcibly();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        daemon.destroyForcibly();
      }
    }
  }
}
