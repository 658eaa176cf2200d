package io.pinaudit.lab;

import io.pinaudit.cli.Console;
import java.util.ArrayList;
import java.util.List;

/**
 * Tells how far the demo is: a line for each step, with the seconds since the launcher was started,
 * and on a terminal a last line that counts on and says what comes next. Safe for any thread.
 */
final class DemoProgress implements AutoCloseable {
  private static final long PERIOD_MILLIS = 500;
  private static final String ERASE = "\r\033[K";

  private final Console console;
  private final long startMillis;
  private final Thread ticker; // null where there is no terminal
  private final List<String> steps; // guarded by this; the first is to come next

  /**
   * Makes the progress of a demo.
   *
   * @param steps the steps in order
   */
  DemoProgress(Console console, List<String> steps) {
    this.console = console;
    this.steps = new ArrayList<>(steps);
    this.startMillis = Long.getLong("pinaudit.started", System.currentTimeMillis() / 1000) * 1000;
    this.ticker =
        console.interactive()
            ? Thread.ofPlatform().daemon().name("pinaudit-progress").start(this::tick)
            : null;
  }

  /** Shows that a step begins. */
  synchronized void begin(String step) {
    steps.remove(step);
    say(step + (steps.isEmpty() ? "" : "; then " + steps.getFirst()));
  }

  /** Prints one line that stays. */
  synchronized void say(String line) {
    console.err().println((ticker == null ? "" : ERASE) + "pinaudit: " + elapsed() + "  " + line);
    console.err().flush();
  }

  private String elapsed() {
    return "%3d s".formatted((System.currentTimeMillis() - startMillis) / 1000);
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(PERIOD_MILLIS);
        count();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void count() {
    String left = steps.isEmpty() ? "" : "  to come: " + String.join(", ", steps);
    int columns = 78;
    String text = "pinaudit: " + elapsed() + left;
    String shown = text.length() > columns ? text.substring(0, columns - 1) + "…" : text;
    console.err().print(ERASE + shown);
    console.err().flush();
  }

  @Override
  public void close() {
    if (ticker != null) {
      ticker.interrupt();
      synchronized (this) {
        console.err().print(ERASE);
        console.err().flush();
      }
    }
  }
}
