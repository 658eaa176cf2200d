package io.pinaudit.analyzer.ftrace;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A line of ftrace text whose columns have the width that nearly all have, decoded from the bytes
 * of its block. It gives what {@link FtraceLine} would, but makes strings only of what is asked
 * for. Valid until the next line is looked at.
 *
 * <p>Confined to one thread.
 *
 * <pre>            java-215     (    212) [001] d..1.    12.345678: sys_close(fd: 3)</pre>
 */
final class UsualLine {
  private static final int TASK_WIDTH = 16;
  private static final int FRACTION_DIGITS = 6;
  private static final long NANOS_PER_MICRO = 1_000;
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int MOST_NAMES = 10_000;
  private static final String SYSCALL = "sys_";

  private EventNames names = new EventNames(List.of());
  private final List<String> known = new ArrayList<>();
  private final TaskNames tasks = new TaskNames();
  private byte[] bytes;
  private int start;
  private int tid;
  private int event;
  private int eventEnd;
  private int end;

  /**
   * Looks at a line; returns false if {@link FtraceLine} has to read it.
   *
   * @param event where the name of its event begins, behind a head that {@link LineScanner} found
   *     to be usual
   */
  boolean look(byte[] bytes, int start, int event, int end) {
    this.bytes = bytes;
    this.start = start;
    this.event = event;
    this.end = end;
    while (this.end > event && isBlank(bytes[this.end - 1])) {
      this.end--;
    }
    eventEnd = eventEnd();
    tid = (int) digits(start + TASK_WIDTH + 1);
    return eventEnd < this.end && eventEnd > event && isEvent(bytes[eventEnd]);
  }

  /** Returns whether a byte is a blank as {@link String#strip} defines it. */
  private static boolean isBlank(byte c) {
    return c == ' ' || c >= '\t' && c <= '\r' || c >= 0x1c && c <= 0x1f;
  }

  private int eventEnd() {
    byte[] text = bytes;
    int at = event;
    while (at < end && text[at] != ':' && text[at] != '(' && text[at] != ' ') {
      at++;
    }
    return at;
  }

  /**
   * Returns whether the line is an event: a colon follows its name, or it is a system call. Other
   * lines are functions, or odd.
   */
  private boolean isEvent(byte after) {
    boolean word = bytes[event] >= 'A';
    return word
        && (after == ':' || startsWith(SYSCALL, event) && (after == '(' || isArrow(eventEnd)));
  }

  private boolean isArrow(int at) {
    return startsWith(" -> ", at);
  }

  private boolean startsWith(String word, int from) {
    if (from + word.length() > end) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (bytes[from + i] != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  int tid() {
    return tid;
  }

  int cpu() {
    int at = start + TASK_WIDTH;
    while (bytes[at] != '[') {
      at++;
    }
    return (int) digits(at + 1);
  }

  String task() {
    return tasks.name(bytes, start, tid);
  }

  /** Returns the time in the trace's clock, in nanoseconds; the text has microseconds. */
  long nanos() {
    int point = event - 2 - FRACTION_DIGITS - 1;
    int seconds = point;
    while (bytes[seconds - 1] != ' ') {
      seconds--;
    }
    return digits(seconds) * NANOS_PER_SECOND + digits(point + 1) * NANOS_PER_MICRO;
  }

  private long digits(int from) {
    byte[] text = bytes;
    long value = 0;
    for (int at = from; text[at] >= '0' && text[at] <= '9'; at++) {
      value = 10 * value + text[at] - '0';
    }
    return value;
  }

  /** Returns the name of the event. */
  String event() {
    int found = names.find(bytes, event, eventEnd);
    if (found >= 0) {
      return known.get(found);
    }
    String name = new String(bytes, event, eventEnd - event, StandardCharsets.ISO_8859_1);
    if (known.size() < MOST_NAMES) {
      known.add(name);
      names = new EventNames(known);
    }
    return name;
  }

  /** Returns the values in the text after the name. */
  TextFields fields() {
    int from = bytes[eventEnd] == ':' ? eventEnd + 1 : eventEnd;
    while (from < end && isBlank(bytes[from])) {
      from++;
    }
    return new TextFields(bytes, from, end);
  }
}
