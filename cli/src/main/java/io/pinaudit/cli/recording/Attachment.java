package io.pinaudit.cli.recording;

import io.pinaudit.cli.Installation;
import io.pinaudit.record.Room;
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
  private static final long LOOK_NANOS = 1_000_000_000;
  private static final long END_SECONDS = 5;
  private static final Pattern REPOSITORY = Pattern.compile("Repository path: (.+)");

  private final ProcessHandle jvm;
  private final JvmFiles files;
  private final Watcher watcher;

  /** Another watcher of the same JVM has a recording of its own. */
  private final String recording = "pinaudit-" + Long.toHexString(System.nanoTime());

  private Path repository; // the JVM's folder in JFR's repository; null if it is not known
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
                "name=" + recording,
                "settings=" + JavaCommand.forJfr(files.settings()),
                "filename=" + JavaCommand.forJfr(files.recording()),
                "dumponexit=true"));
    words.addAll(List.of(files.bounds().jfr().split(",", -1)));
    String answer = jcmd(words.toArray(String[]::new));
    if (!answer.contains("Started recording")) {
      throw new IOException("cannot start JFR in " + jvm.pid() + ": " + lastLine(answer));
    }
    started = true;
    Matcher folder = REPOSITORY.matcher(jcmd("JFR.configure"));
    if (folder.find()) {
      repository = files.here(Path.of(folder.group(1).strip()));
    }
    if (watcher != null) {
      watcher.tellIn(files.toldHere());
      if (repository != null) {
        watcher.follow(repository);
      }
    }
  }

  private String load() throws IOException, InterruptedException {
    String found = foundOption();
    return found.isEmpty()
        ? jcmd("JVMTI.agent_load", quotedAgent())
        : jcmd("JVMTI.agent_load", quotedAgent(), quoted(found.substring(1)));
  }

  /** Returns an option of the agent behind a comma, which would begin another one in a path. */
  private String foundOption() {
    String told = files.told().toString();
    return watcher == null || told.contains(",") ? "" : ",found=" + told;
  }

  /**
   * Waits until the JVM ends or the limit is over.
   *
   * @throws IOException if the JVM's disk is nearly full: a JVM whose recorder cannot write ends
   */
  void await(Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    CompletableFuture<ProcessHandle> end = jvm.onExit();
    while (System.nanoTime() < deadline) {
      long left = Math.max(1, deadline - System.nanoTime());
      try {
        end.get(Math.min(left, LOOK_NANOS), TimeUnit.NANOSECONDS);
        return;
      } catch (TimeoutException e) {
        requireRoom();
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private void requireRoom() throws IOException {
    if (repository != null && Room.isShortForJvm(repository)) {
      throw new IOException(
          "the disk of %s is nearly full: the recording of process %d is ended"
              .formatted(repository, jvm.pid()));
    }
  }

  /**
   * Writes the recording and takes the agent out, if the JVM still runs. Later calls do nothing.
   */
  synchronized void stop() throws IOException, InterruptedException {
    if (started && jvm.isAlive()) {
      started = false;
      String answer = jcmd("JFR.stop", "name=" + recording);
      jcmd("JVMTI.agent_load", quotedAgent(), quoted("uninstall" + foundOption()));
      if (!answer.contains("Stopped recording") && !endsNow()) {
        throw new IOException("cannot stop JFR in " + jvm.pid() + ": " + lastLine(answer));
      }
    }
  }

  /** A JVM that ends writes its recording by itself, and takes no commands any more. */
  private boolean endsNow() throws InterruptedException {
    try {
      jvm.onExit().get(END_SECONDS, TimeUnit.SECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
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
