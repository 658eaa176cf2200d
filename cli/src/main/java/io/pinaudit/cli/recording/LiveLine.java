package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.audit.LiveState;
import io.pinaudit.cli.Console;
import java.util.Locale;

/**
 * One line of a terminal that says how a watched run stands, drawn anew once a second. Nothing is
 * drawn where there is no terminal. Confined to one thread.
 */
final class LiveLine {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final String ERASE = "\r\033[K";

  private final Console console;
  private long lastNanos = System.nanoTime();
  private long lastEvents;
  private boolean drawn;

  LiveLine(Console console) {
    this.console = console;
  }

  /** Draws the line. */
  void draw(LiveState state, int findings) {
    long now = System.nanoTime();
    double rate = (state.events() - lastEvents) * NANOS_PER_SECOND / Math.max(1, now - lastNanos);
    lastNanos = now;
    lastEvents = state.events();
    if (console.interactive()) {
      console.err().print(ERASE + text(state, findings, rate, now - state.judgedNanos()));
      console.err().flush();
      drawn = true;
    }
  }

  /**
   * Returns a line such as {@code 12 pins, the oldest of 3.2 s · 4,711 events/s · 1 finding · 0
   * losses · 1.4 s ago}.
   */
  static String text(LiveState state, int findings, double eventsPerSecond, long behindNanos) {
    String oldest =
        state.pins() == 0
            ? ""
            : String.format(
                Locale.ROOT, ", the oldest of %.1f s", state.oldestPinNanos() / NANOS_PER_SECOND);
    return String.format(
        Locale.ROOT,
        "%,d pins%s · %,.0f events/s · %,d %s · %,d losses · %.1f s ago",
        state.pins(),
        oldest,
        eventsPerSecond,
        findings,
        findings == 1 ? "finding" : "findings",
        state.losses(),
        behindNanos / NANOS_PER_SECOND);
  }

  /** Wipes the line, before something else is printed. */
  void wipe() {
    if (drawn) {
      console.err().print(ERASE);
      console.err().flush();
      drawn = false;
    }
  }
}
