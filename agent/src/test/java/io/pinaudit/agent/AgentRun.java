package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/** One JVM that ran a program, and what came out of it. */
record AgentRun(String program, int exitCode, String out, String err, Path recording) {

  private static final int LIMIT_SECONDS = 300;

  /** A JVM to be run. */
  static final class Builder {
    private final String program;
    private final List<String> options = new ArrayList<>();
    private final Path folder;
    private String java;
    private Path jar;
    private List<String> before = List.of();
    private String module;

    Builder(TestJdk jdk, String program) throws IOException {
      this.java = jdk.java();
      this.program = program;
      Files.createDirectories(TestPrograms.WORK);
      this.folder = Files.createTempDirectory(TestPrograms.WORK, program + "-" + jdk.feature());
    }

    Builder agent(String agentOptions) {
      options.add("-javaagent:" + TestPrograms.JAR + agentOptions);
      return this;
    }

    /**
     * Records the events of the agent and what JFR loses, and nothing else; each transfer has its
     * stack.
     */
    Builder recording() {
      return recording("none,+jdk.DataLoss#enabled=true");
    }

    /** Records the events of the agent, and nothing else; short transfers have few stacks. */
    Builder recordingBriefly() throws IOException {
      Path settings = folder.resolve("brief.jfc");
      Files.writeString(
          settings,
          """
          <configuration version="2.0"><event name="pinaudit.BriefTransfer">
          <setting name="enabled">true</setting></event><event name="jdk.DataLoss">
          <setting name="enabled">true</setting></event></configuration>
          """);
      return recording(settings.toString());
    }

    private Builder recording(String settings) {
      options.add("-XX:StartFlightRecording:settings=" + settings + ",filename=" + recordingFile());
      // The JVM's own notice of the recording.
      options.add("-Xlog:jfr+startup=off");
      return this;
    }

    /** Lets the program be an agent of its own. */
    Builder programAsAgent(int release) throws IOException {
      Path jar = folder.resolve("program.jar");
      Manifest manifest = new Manifest();
      Attributes attributes = manifest.getMainAttributes();
      attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
      attributes.putValue("Premain-Class", program);
      attributes.putValue("Can-Retransform-Classes", "true");
      attributes.putValue("Class-Path", TestPrograms.compile(program, release).toUri().toString());
      new JarOutputStream(Files.newOutputStream(jar), manifest).close();
      options.add("-javaagent:" + jar);
      return this;
    }

    Builder option(String option) {
      options.add(option);
      return this;
    }

    /** Has another program run the JVM. */
    Builder under(String... command) {
      before = List.of(command);
      return this;
    }

    /** Where the program works. */
    Path folder() {
      return folder;
    }

    /** Runs the program out of a jar, which an archive of classes asks for. */
    Builder jar() throws IOException {
      jar = TestPrograms.jar(program);
      return this;
    }

    /** Runs a main class in an image that jlink has made. */
    Builder image(Path image, String mainClass) {
      java = image.resolve("bin/java").toString();
      module = mainClass;
      return this;
    }

    private Path recordingFile() {
      return folder.resolve("run.jfr");
    }

    AgentRun run(int release) throws IOException, InterruptedException {
      List<String> command = new ArrayList<>();
      command.addAll(before);
      command.add(java);
      command.add("-XX:TieredStopAtLevel=1");
      if (options.stream().noneMatch(option -> option.matches("-XX:\\+Use\\w+GC"))) {
        command.add("-XX:+UseSerialGC");
      }
      command.addAll(options);
      if (module == null) {
        Path classes = jar == null ? TestPrograms.compile(program, release) : jar;
        command.add("-cp");
        command.add(classes + File.pathSeparator + TestPrograms.LIBRARIES);
        command.add(program);
      } else {
        command.addAll(List.of("-m", module));
      }
      command.add(folder.toString());
      command.add(TestPrograms.JAR.toString());
      Path out = folder.resolve("out.txt");
      Path err = folder.resolve("err.txt");
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(out.toFile())
              .redirectError(err.toFile())
              .start();
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError(program + " did not end within " + LIMIT_SECONDS + " s");
      }
      int exitCode = process.exitValue();
      return new AgentRun(
          program, exitCode, Files.readString(out), Files.readString(err), recordingFile());
    }
  }

  static Builder of(TestJdk jdk, String program) throws IOException {
    return new Builder(jdk, program);
  }

  /** The program ended well and said nothing but what JDK 24 and later say of sun.misc.Unsafe. */
  AgentRun withoutUnsafeWarning() {
    String rest =
        err.lines().filter(line -> !line.contains("Unsafe")).collect(Collectors.joining());
    assertEquals("", rest.replaceAll("WARNING: Please consider reporting this.*", ""));
    assertEquals(0, exitCode, out);
    return this;
  }

  /** The program ended well and said nothing on standard error. */
  AgentRun succeeded() {
    assertEquals("", err);
    assertEquals(0, exitCode, out);
    return this;
  }

  /** What follows a word at the start of a line that the program printed. */
  String printed(String word) {
    return out.lines()
        .filter(line -> line.startsWith(word + " "))
        .map(line -> line.substring(word.length() + 1))
        .findFirst()
        .orElseThrow(() -> new AssertionError("no " + word + " in " + out));
  }

  /** Where the program worked. */
  Path folder() {
    return recording.getParent();
  }

  /** The events of one kind, in the order in which they began. */
  List<RecordedEvent> events(String kind) throws IOException {
    return RecordingFile.readAllEvents(recording).stream()
        .filter(event -> event.getEventType().getName().equals("pinaudit." + kind))
        .sorted(Comparator.comparingLong(event -> event.getLong("startNanos")))
        .toList();
  }

  /** Whether JFR had no buffer for some events, as on a busy machine: then it says so. */
  boolean lostEvents() throws IOException {
    return RecordingFile.readAllEvents(recording).stream()
        .anyMatch(event -> event.getEventType().getName().equals("jdk.DataLoss"));
  }

  /** The only event of one kind that a line of the program caused. */
  RecordedEvent event(String kind, String lineName) throws IOException {
    List<RecordedEvent> found = eventsOf(kind, lineName);
    assertEquals(1, found.size(), () -> kind + " of line " + lineName + ": " + found);
    return found.get(0);
  }

  /** The events of one kind that a line of the program caused. */
  List<RecordedEvent> eventsOf(String kind, String lineName) throws IOException {
    int line = TestPrograms.line(program, lineName);
    return events(kind).stream().filter(event -> passes(event, line)).toList();
  }

  /** Whether a line of the program is in the stack of an event. */
  private boolean passes(RecordedEvent event, int line) {
    return event.getStackTrace() != null
        && event.getStackTrace().getFrames().stream()
            // The JVM forgets methods of classes that were redefined meanwhile.
            .filter(frame -> frame.getMethod() != null)
            .anyMatch(
                frame ->
                    frame.getMethod().getType().getName().equals(program)
                        && frame.getLineNumber() == line);
  }

  /** Device and inode in the form in which the programs print them. */
  static String identity(RecordedEvent event) {
    return identity(event, "deviceMajor", "deviceMinor", "inode");
  }

  /** The identity of the buffer or of the storage endpoint. */
  static String identity(RecordedEvent event, String endpoint) {
    return identity(event, endpoint + "DeviceMajor", endpoint + "DeviceMinor", endpoint + "Inode");
  }

  private static String identity(RecordedEvent event, String major, String minor, String inode) {
    return event.getInt(major) + " " + event.getInt(minor) + " " + event.getLong(inode);
  }
}
