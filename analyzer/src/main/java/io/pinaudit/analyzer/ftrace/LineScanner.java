package io.pinaudit.analyzer.ftrace;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Finds the lines of a block of ftrace text that may matter, without decoding the others.
 *
 * <p>The scanner leaves out a line only if it surely is an event whose name is to be left out. It
 * keeps anything odd, which {@link FtraceLine} then judges. It also keeps the last left-out line of
 * each CPU before the end of the block and before a line that is odd or a probe's, because a gap
 * begins at the last event before it. (If another line turns out to be unusable, the gap begins
 * earlier than necessary.)
 *
 * <p>A scanner is used once, by one thread.
 */
final class LineScanner {
  /**
   * The length of a line up to which it can be left out. A longer line may have swallowed others,
   * where a part of the file was never written.
   */
  static final int LONGEST_LEFT_OUT = 512;

  /** The number of bytes that have to follow the last line in its array. */
  static final int SLACK_BYTES = 8;

  private static final int TASK_WIDTH = 16;

  // Offsets in a line whose columns have their usual width.
  private static final int TID = TASK_WIDTH + 1;
  private static final int TID_WIDTH = 7;
  private static final int AFTER_TID = TID + TID_WIDTH + 1;
  private static final int GROUP_WIDTH = 10;

  /** {@code [001] } and those of its bytes that are no digits. */
  private static final long CPU = '[' | (long) ']' << 32 | (long) ' ' << 40;

  private static final long CPU_MARKS = 0xffff000000ffL;
  private static final long CPU_DIGITS = 0x80808000L;
  private static final int CPU_WIDTH = 6;

  /** {@code .123456:} and those of its bytes that are no digits. */
  private static final long FRACTION = '.' | (long) ':' << 56;

  private static final long FRACTION_MARKS = 0xff000000000000ffL;
  private static final long FRACTION_DIGITS = 0x80808080808000L;

  private static final int MOST_CPUS = 256;
  private static final int LONGEST_TIME = 20;
  private static final int NONE = -1;
  private static final int KEPT = 4;

  private final byte[] bytes;
  private final int start;
  private final int end;
  private final EventNames leftOut;

  /**
   * Four numbers for each kept line: its number from 0, its beginning, its end, and the beginning
   * of its event's name if its columns are the usual ones, else -1.
   */
  private int[] kept = new int[KEPT * 256];

  private int keptLines;
  private int lines;

  /**
   * The last left-out line of each CPU: number, beginning, end, and the number of its event's name.
   */
  private final int[] last = new int[4 * MOST_CPUS];

  private int cpus;

  // Of the current line: CPU and name if it may be left out, and where a usual head ends.
  private int cpu;
  private int name;
  private int usual;

  /**
   * Makes a scanner.
   *
   * @param bytes whole lines, the last of which may lack its line feed
   * @param start where the lines begin
   * @param end where the lines end; the array has {@value #SLACK_BYTES} more bytes, and the first
   *     of them is overwritten
   */
  LineScanner(byte[] bytes, int start, int end, EventNames leftOut) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.leftOut = leftOut;
    bytes[end] = '\n';
    Arrays.fill(last, NONE);
  }

  /** Scans the lines; returns this. */
  LineScanner scan() {
    for (int at = start; at < end; lines++) {
      int after = leaveOut(at);
      int lineEnd = newline(after < 0 ? at : after);
      if (after < 0 || lineEnd - at > LONGEST_LEFT_OUT) {
        keep(at, lineEnd);
      } else {
        remember(at, lineEnd);
      }
      at = lineEnd + 1;
    }
    flush();
    return this;
  }

  private int newline(int from) {
    byte[] text = bytes;
    int at = from;
    long found = EightBytes.are('\n', EightBytes.at(text, at));
    while (found == 0) {
      at += Long.BYTES;
      found = EightBytes.are('\n', EightBytes.at(text, at));
    }
    return at + EightBytes.first(found);
  }

  /** Returns the place of the next colon of the line, or of its end. */
  private int colon(int from) {
    byte[] text = bytes;
    int at = from;
    while (true) {
      long eight = EightBytes.at(text, at);
      long found = EightBytes.are(':', eight) | EightBytes.are('\n', eight);
      if (found != 0) {
        return at + EightBytes.first(found);
      }
      at += Long.BYTES;
    }
  }

  private void remember(int start, int lineEnd) {
    int slot = 4 * cpu;
    last[slot] = lines;
    last[slot + 1] = start;
    last[slot + 2] = lineEnd;
    last[slot + 3] = name;
    cpus = Math.max(cpus, cpu + 1);
    leftOut.count(name, 1);
  }

  private void keep(int start, int lineEnd) {
    boolean plain =
        usual >= 0
            && bytes[start] != '#'
            && lineEnd - start <= LONGEST_LEFT_OUT
            && !isProbe(usual)
            && !hasZero(start, lineEnd);
    if (!plain) {
      flush();
    }
    add(lines, start, lineEnd, plain ? usual : NONE);
  }

  /** Returns whether a parenthesis follows the event's name and its colon. */
  private boolean isProbe(int from) {
    int at = colon(from);
    return bytes[at] == ':' && bytes[at + 1] == ' ' && bytes[at + 2] == '(';
  }

  private boolean hasZero(int from, int to) {
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      if (EightBytes.are('\0', EightBytes.at(bytes, at)) != 0) {
        return true;
      }
    }
    while (at < to && bytes[at] != 0) {
      at++;
    }
    return at < to;
  }

  /** Keeps the last left-out line of each CPU, in the order of the text. */
  private void flush() {
    int from = keptLines;
    for (int slot = 0; slot < 4 * cpus; slot += 4) {
      if (last[slot] != NONE) {
        add(last[slot], last[slot + 1], last[slot + 2], NONE);
        leftOut.count(last[slot + 3], -1);
        last[slot] = NONE;
      }
    }
    sort(from);
    cpus = 0;
  }

  /**
   * Sorts the kept lines from an index on by their numbers. Only the few that {@link #flush} added
   * can be out of order.
   */
  private void sort(int from) {
    for (int i = from; i < keptLines; i++) {
      for (int j = i; j > 0 && kept[KEPT * j] < kept[KEPT * (j - 1)]; j--) {
        for (int k = 0; k < KEPT; k++) {
          int other = kept[KEPT * j + k];
          kept[KEPT * j + k] = kept[KEPT * (j - 1) + k];
          kept[KEPT * (j - 1) + k] = other;
        }
      }
    }
  }

  private void add(int number, int start, int lineEnd, int event) {
    int at = KEPT * keptLines++;
    if (at == kept.length) {
      kept = Arrays.copyOf(kept, 2 * kept.length);
    }
    kept[at] = number;
    kept[at + 1] = start;
    kept[at + 2] = lineEnd;
    kept[at + 3] = event;
  }

  /**
   * Returns the place in a line from which on it need not be looked at, because it is left out; -1
   * if it is kept:
   *
   * <pre>            java-215     (    212) [001] d..1.    12.345678: block_rq_issue: …</pre>
   */
  private int leaveOut(int start) {
    usual = NONE;
    if (end - start <= TASK_WIDTH || bytes[start + TASK_WIDTH] != '-' || hasNewline(start)) {
      return NONE;
    }
    usual = afterUsualHead(start);
    int at = usual < 0 ? afterAnyHead(start) : usual;
    return at < 0 ? NONE : afterName(at);
  }

  /** Returns whether a line ends before the column of the dash. */
  private boolean hasNewline(int start) {
    long first = EightBytes.at(bytes, start);
    long second = EightBytes.at(bytes, start + Long.BYTES);
    return (EightBytes.are('\n', first) | EightBytes.are('\n', second)) != 0;
  }

  /**
   * Returns the place behind the head of a line whose columns have the width that nearly all have;
   * -1 for other lines, which {@link #afterAnyHead} looks at.
   */
  private int afterUsualHead(int start) {
    byte[] text = bytes;
    if (end - start < AFTER_TID + GROUP_WIDTH + Long.BYTES
        || !isDigit(text[start + TID])
        || text[start + AFTER_TID - 1] != ' '
        || !EightBytes.areDigitsAndBlanks(EightBytes.at(text, start + TID))) {
      return NONE;
    }
    int column = start + AFTER_TID;
    if (text[column] == '(') {
      if (!isThreadGroup(column)) {
        return NONE;
      }
      column += GROUP_WIDTH;
    }
    if (!isCpu(EightBytes.at(text, column))) {
      return NONE;
    }
    int colon = colon(column + CPU_WIDTH);
    return colon - column >= CPU_WIDTH + 2 * Long.BYTES - 1
            && text[colon] == ':'
            && text[colon + 1] == ' '
            && isUsualTime(colon)
        ? colon + 2
        : NONE;
  }

  /** Returns whether {@code ( 212) } stands at a place. */
  private boolean isThreadGroup(int from) {
    long blankForParenthesis = (long) (')' ^ ' ') << 56;
    return bytes[from + 8] == ')'
        && bytes[from + 9] == ' '
        && EightBytes.areDigitsAndBlanks(EightBytes.at(bytes, from + 1) ^ blankForParenthesis);
  }

  private boolean isCpu(long column) {
    if ((column & CPU_MARKS) != CPU || (EightBytes.areDigits(column) & CPU_DIGITS) != CPU_DIGITS) {
      return false;
    }
    cpu = (int) (100 * (column >> 8 & 15) + 10 * (column >> 16 & 15) + (column >> 24 & 15));
    return cpu < MOST_CPUS;
  }

  /**
   * Returns whether {@code 12.345678:} ends at a colon: up to seven digits of seconds, after a
   * blank.
   */
  private boolean isUsualTime(int colon) {
    long fraction = EightBytes.at(bytes, colon - 7);
    if ((fraction & FRACTION_MARKS) != FRACTION
        || (EightBytes.areDigits(fraction) & FRACTION_DIGITS) != FRACTION_DIGITS) {
      return false;
    }
    long seconds = EightBytes.at(bytes, colon - 15);
    long others = ~EightBytes.areDigits(seconds) & EightBytes.ALL;
    int digits = EightBytes.afterLast(others);
    return others != 0 && digits > 0 && bytes[colon - 8 - digits] == ' ';
  }

  private int afterAnyHead(int start) {
    int at = afterTid(start + TID);
    at = at < 0 ? NONE : afterCpu(at);
    return at < 0 ? NONE : afterTime(at);
  }

  private int afterTid(int from) {
    int at = from;
    while (isDigit(bytes[at])) {
      at++;
    }
    return at == from || at - from > 9 || bytes[at] != ' ' ? NONE : at;
  }

  /**
   * Returns the place behind blanks, a thread group in parentheses, and the CPU in brackets; -1 if
   * something else stands there.
   */
  private int afterCpu(int from) {
    byte[] text = bytes;
    int at = from;
    while (text[at] != '[') {
      byte c = text[at++];
      if (c != ' ' && c != '(' && c != ')' && c != '-' && !isDigit(c)) {
        return NONE;
      }
    }
    int number = 0;
    int digits = ++at;
    while (isDigit(text[at]) && number < MOST_CPUS) {
      number = 10 * number + text[at++] - '0';
    }
    cpu = number;
    return at > digits && number < MOST_CPUS && text[at] == ']' && text[at + 1] == ' '
        ? at + 2
        : NONE;
  }

  /**
   * Returns the place behind flags and the time with its colon; -1 if something else stands there.
   */
  private int afterTime(int from) {
    byte[] text = bytes;
    int word = from;
    int at = from;
    while (text[at] != ':') {
      byte c = text[at++];
      if (c == ' ') {
        word = at;
      } else if (c == '\n') {
        return NONE;
      }
    }
    return text[at + 1] == ' ' && isTime(word, at) ? at + 2 : NONE;
  }

  private boolean isTime(int from, int to) {
    int points = 0;
    int fraction = 0;
    for (int i = from; i < to; i++) {
      if (bytes[i] == '.') {
        points++;
      } else if (!isDigit(bytes[i])) {
        return false;
      }
      fraction += points;
    }
    return points == 1
        && fraction > 1
        && fraction <= 10
        && fraction < to - from
        && to - from < LONGEST_TIME;
  }

  /**
   * Returns the place behind the event's name and its colon, if events of that name are left out;
   * -1 if not, or if a parenthesis follows, as in the text of a probe.
   */
  private int afterName(int from) {
    byte[] text = bytes;
    int at = colon(from);
    name = text[at] == ':' ? leftOut.find(text, from, at) : NONE;
    if (name < 0) {
      return NONE;
    }
    at++;
    while (text[at] == ' ') {
      at++;
    }
    return text[at] == '(' ? NONE : at;
  }

  private static boolean isDigit(byte c) {
    return c >= '0' && c <= '9';
  }

  /** Returns the array that was scanned, which the next scan may use. */
  byte[] bytes() {
    return bytes;
  }

  /** Returns the number of lines, including those that are left out. */
  int lines() {
    return lines;
  }

  /** Returns the number of kept lines. */
  int keptLines() {
    return keptLines;
  }

  /** Returns the number of a kept line in the block, from 0. */
  int number(int index) {
    return kept[KEPT * index];
  }

  /** Lets {@code line} look at a kept line; returns false if its columns are not the usual ones. */
  boolean look(int index, UsualLine line) {
    int at = KEPT * index;
    return kept[at + 3] >= 0 && line.look(bytes, kept[at + 1], kept[at + 3], kept[at + 2]);
  }

  /**
   * Returns the text of a kept line without its line feed. A line that is longer than any real one
   * is cut.
   */
  String text(int index, int mostBytes) {
    int from = kept[KEPT * index + 1];
    int to = Math.min(kept[KEPT * index + 2], from + mostBytes);
    int visible = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    return new String(bytes, from, visible - from, StandardCharsets.ISO_8859_1);
  }
}
