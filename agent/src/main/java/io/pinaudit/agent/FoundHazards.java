package io.pinaudit.agent;

import io.pinaudit.agent.boot.AgentThread;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.events.HazardFound;
import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.locks.LockSupport;

/**
 * Follows a file in which a watch tells of the hazards that it finds in this JVM's run, and writes
 * an event for each, so that the JVM's own recordings have them. What was told before the agent
 * came is of others.
 *
 * <p>Each line is one hazard: name of the finding, rule, severity, certainty, fingerprint, time in
 * nanoseconds of CLOCK_MONOTONIC, what happened, and where, with tabs between. Other lines are
 * passed over, and so is a file that cannot be read: nobody depends on these events. A daemon
 * thread, whose calls no hook sees, looks twice a second whether the file has grown.
 */
final class FoundHazards implements Runnable {
  private static final long PERIOD_NANOS = 500_000_000L;
  private static final int MOST_BYTES = 1 << 16;
  private static final int WORDS = 8;

  private final File file;
  private final Recorder recorder;
  private long position; // the first byte that was not read yet
  private volatile boolean stopped;
  private volatile Thread thread;

  private FoundHazards(File file, Recorder recorder) {
    this.file = file;
    this.recorder = recorder;
    this.position = file.length();
  }

  /** Starts to follow a file, which need not be there yet. */
  static FoundHazards follow(String file, Recorder recorder) {
    FoundHazards found = new FoundHazards(new File(file), recorder);
    Thread following = new AgentThread(found, "pinaudit found hazards");
    found.thread = following;
    following.start();
    return found;
  }

  void stop() {
    stopped = true;
    LockSupport.unpark(thread);
  }

  @Override
  public void run() {
    while (!stopped) {
      LockSupport.parkNanos(PERIOD_NANOS);
      if (!stopped && recorder.started() && file.length() > position) {
        tryToRead();
      }
    }
  }

  private void tryToRead() {
    try (RandomAccessFile in = new RandomAccessFile(file, "r")) {
      in.seek(position);
      byte[] bytes = new byte[(int) Math.min(MOST_BYTES, in.length() - position)];
      in.readFully(bytes);
      take(bytes);
    } catch (IOException | RuntimeException e) {
      // The run directory is gone, or is not to be read by this user: there is nobody to tell.
      return;
    }
  }

  /** Takes the whole lines; one that does not end is passed over. */
  private void take(byte[] bytes) {
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    if (end == 0) {
      position += bytes.length == MOST_BYTES ? MOST_BYTES : 0;
      return;
    }
    position += end;
    for (String line : new String(bytes, 0, end, StandardCharsets.UTF_8).split("\n", -1)) {
      String[] words = line.split("\t", -1);
      if (words.length == WORDS && words[5].matches("\\d{1,18}")) {
        commit(words);
      }
    }
  }

  private void commit(String[] words) {
    HazardFound event = new HazardFound();
    event.finding = words[0];
    event.rule = words[1];
    event.severity = words[2];
    event.certainty = words[3];
    event.fingerprint = words[4];
    event.what = words[6];
    event.where = words[7];
    recorder.commit(event, "pinaudit watch", Long.parseLong(words[5]));
  }
}
