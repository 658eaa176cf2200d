package io.pinaudit.cli.recording;

import io.pinaudit.cli.Installation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts the agent and a JFR recording into a running JVM with jcmd, and takes them out again. */
final class Attachment {
  private static final String RECORDING = "pinaudit";
  private static final Pattern REPOSITORY = Pattern.compile("Repository path: (.+)");

  private final ProcessHandle jvm;
  private final JvmFiles files;
  private final Watcher watcher;
  private boolean started;

  /** Watches the run of an attached JVM. */
  interface Watcher {
    /** Takes the JVM's folder in its JFR repository, once the recording has started. */
    void follow(Path repository);

    /** Takes the file in which the JVM's agent expects the hazards that are found. */
    void tellIn(Path file);
  }

  /**
   * Makes an attachment.
   *
   * @param watcher null if nobody watches
   */
  Attachment(ProcessHandle jvm, JvmFiles files, Watcher watcher) {
    this.jvm = jvm;
    this.files = files;
    this.watcher = watcher;
  }

  /** Loads the agent, then starts the recording. */
  synchronized void start() throws IOException, InterruptedException {
    String loaded = load();
    if (!loaded.contains("return code: 0")) {
      throw new IOException("cannot load the agent into " + jvm.pid() + ": " + lastLine(loaded));
    }
    List<String> words =
        new ArrayList<>(
            List.of(
                "JFR.start",
                "name=" + RECORDING,
                "settings=" + JavaCommand.forJfr(files.settings()),
                "filename=" + JavaCommand.forJfr(files.recording()),
                "dumponexit=true"));
    words.addAll(List.of(files.bounds().jfr().split(",", -1)));
    String answer = jcmd(words.toArray(String[]::new));
    if (!answer.contains("Started recording")) {
      throw new IOException("cannot start JFR in " + jvm.pid() + ": " + lastLine(answer));
    }
    started = true;
    if (watcher != null) {
      watcher.tellIn(files.toldHere());
      Matcher folder = REPOSITORY.matcher(jcmd("JFR.configure"));
      if (folder.find()) {
        watcher.follow(files.here(Path.of(folder.group(1).strip())));
      }
    }
  }

  private String load() throws IOException, InterruptedException {
    // A comma would begin another option of the agent.
    return watcher == null || files.told().toString().contains(",")
        ? jcmd("JVMTI.agent_load", quotedAgent())
        : jcmd("JVMTI.agent_load", quotedAgent(), quoted("found=" + files.told()));
  }

  /** Waits until the JVM ends or the limit is over. */
  void await(Duration limit) throws InterruptedException {
    CompletableFuture<ProcessHandle> end = jvm.onExit();
    try {
      end.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      return;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Writes the recording and takes the agent out, if the JVM still runs. Later calls do nothing.
   */
  synchronized void stop() throws IOException, InterruptedException {
    if (started && jvm.isAlive()) {
      started = false;
      String answer = jcmd("JFR.stop", "name=" + RECORDING);
      jcmd("JVMTI.agent_load", quotedAgent(), "uninstall");
      if (!answer.contains("Stopped recording")) {
        throw new IOException("cannot stop JFR in " + jvm.pid() + ": " + lastLine(answer));
      }
    }
  }

  /** Returns the agent's path in quotes: the JVM splits the words of jcmd at blanks once more. */
  private String quotedAgent() {
    return quoted(files.agent().toString());
  }

  private static String quoted(String word) {
    String quote = word.contains("\"") ? "'" : "\"";
    return quote + word + quote;
  }

  /** Brings the recording into the run directory; later calls do nothing. */
  synchronized void collect() throws IOException {
    files.collect();
  }

  private String jcmd(String... words) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Installation.jdkTool("jcmd").toString());
    command.add(Long.toString(jvm.pid()));
    command.addAll(List.of(words));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return answer;
  }

  private static String lastLine(String text) {
    return text.lines().filter(line -> !line.isBlank()).reduce((a, b) -> b).orElse("no answer");
  }
}
