package io.pinaudit.cli.alarm;

import io.pinaudit.analyzer.audit.Audit;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Starts a command for each finding and writes the finding to its standard input.
 *
 * <p>Commands run one after the other, on a thread of their own. A command that does not end within
 * {@value #LIMIT_SECONDS} seconds is ended; findings of which too many wait are left out, which is
 * said.
 */
public final class CommandAlarm implements Alarm {
  private static final int LIMIT_SECONDS = 30;
  private static final int MOST_WAITING = 100;
  private static final long CLOSE_MILLIS = 10_000;
  private static final byte[] END = {};

  private final List<String> command;
  private final Text text;
  private final Consumer<String> notes;
  private final BlockingQueue<byte[]> waiting = new LinkedBlockingQueue<>(MOST_WAITING);
  private final Thread thread;

  /** Writes findings as a command is to get them. */
  @FunctionalInterface
  public interface Text {
    /** Returns the content of the command's standard input. */
    byte[] of(Audit news) throws IOException;
  }

  /**
   * Makes the alarm.
   *
   * @param command the words of the command
   * @param notes takes lines about commands that fail
   */
  public CommandAlarm(List<String> command, Text text, Consumer<String> notes) {
    this.command = List.copyOf(command);
    this.text = text;
    this.notes = notes;
    this.thread = Thread.ofPlatform().daemon().name("pinaudit-on-finding").start(this::runAll);
  }

  @Override
  public void found(Audit news) throws IOException {
    if (!waiting.offer(text.of(news))) {
      throw new IOException(command.getFirst() + " is too slow: a finding was not passed on");
    }
  }

  private void runAll() {
    try {
      for (byte[] next = waiting.take(); next.length > 0; next = waiting.take()) {
        run(next);
      }
    } catch (InterruptedException e) {
      // Nobody waits for the rest any more.
      return;
    }
  }

  private void run(byte[] input) throws InterruptedException {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.INHERIT)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      write(process, input);
      if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        notes.accept("%s was ended after %d s".formatted(String.join(" ", command), LIMIT_SECONDS));
      } else if (process.exitValue() != 0) {
        notes.accept(
            "%s: exit status %d".formatted(String.join(" ", command), process.exitValue()));
      }
    } catch (IOException e) {
      notes.accept(e.getMessage());
    }
  }

  private static void write(Process process, byte[] input) {
    try (OutputStream out = process.getOutputStream()) {
      out.write(input);
    } catch (IOException e) {
      // A command need not read what it is given.
      return;
    }
  }

  /** Waits for the commands that are to be run, but not for ever. */
  @Override
  public void close() {
    try {
      waiting.put(END);
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
  }
}
