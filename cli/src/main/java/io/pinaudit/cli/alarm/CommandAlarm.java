package io.pinaudit.cli.alarm;

import io.pinaudit.analyzer.audit.Audit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
      Process process = start(input);
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

  /** Starts the command; through a pipe, one that does not read would hold the thread up. */
  private Process start(byte[] input) throws IOException {
    Path file = Files.createTempFile("pinaudit-finding", null);
    try {
      Files.write(file, input);
      return new ProcessBuilder(command)
          .redirectInput(file.toFile())
          .redirectOutput(ProcessBuilder.Redirect.INHERIT)
          .redirectError(ProcessBuilder.Redirect.INHERIT)
          .start();
    } finally {
      Files.delete(file); // the command has it open
    }
  }

  /** Waits for the commands that are to be run, but not for ever. */
  @Override
  public void close() {
    long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
    try {
      if (waiting.offer(END, CLOSE_MILLIS, TimeUnit.MILLISECONDS)) {
        long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
        thread.join(Math.max(1, left));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    thread.interrupt();
    long rest = waiting.stream().filter(one -> one.length > 0).count();
    if (rest > 0) {
      notes.accept("%s: %d findings were not passed on".formatted(command.getFirst(), rest));
    }
  }
}
