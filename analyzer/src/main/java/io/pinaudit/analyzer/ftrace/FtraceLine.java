package io.pinaudit.analyzer.ftrace;

/**
 * The head of one line of an ftrace text, as {@code trace_print_context} prints it:
 *
 * <pre>            java-215     (    212) [001] d..1.    12.345678: ext4_free_blocks: dev 259,0 …
 * </pre>
 *
 * The thread-group column and the flags may be missing.
 *
 * @param task the thread's name, without the padding
 * @param tid number of the thread
 * @param cpu number of the CPU
 * @param nanos time in nanoseconds; the text has microseconds
 * @param event name of the event
 * @param text what follows the name
 */
public record FtraceLine(String task, int tid, int cpu, long nanos, String event, String text) {
  /** The event name of all lines of the tracer {@code function}, which name a function instead. */
  static final String FUNCTION = "function";

  private static final int TASK_WIDTH = 16;
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Parses a line; returns null if it is no event. */
  public static FtraceLine parse(String line) {
    int dash = dash(line);
    int cpu = dash < 0 ? -1 : line.indexOf('[', dash);
    int cpuEnd = cpu < 0 ? -1 : line.indexOf("] ", cpu);
    int colon = cpuEnd < 0 ? -1 : line.indexOf(": ", cpuEnd);
    if (colon < 0) {
      return null;
    }
    int event = event(line, colon + 2);
    int eventEnd = eventEnd(line, event);
    int time = line.lastIndexOf(' ', colon - 1);
    long tid = number(line, dash + 1, wordEnd(line, dash + 1));
    long cpuNumber = number(line, cpu + 1, cpuEnd);
    long nanos = nanos(line, time + 1, colon);
    String task = line.substring(0, dash).strip();
    if (tid < 0 || cpuNumber < 0 || nanos < 0 || time < cpuEnd || task.length() > TASK_WIDTH) {
      return null;
    }
    return new FtraceLine(
        task,
        (int) tid,
        (int) cpuNumber,
        nanos,
        isFunction(line, event, eventEnd) ? FUNCTION : line.substring(event, eventEnd),
        line.substring(Math.min(line.length(), eventEnd + separator(line, eventEnd))).strip());
  }

  /**
   * Returns where the event's name begins. Other tools pad it, and may print the time since the
   * event before.
   */
  private static int event(String line, int from) {
    int at = blanks(line, from);
    if (line.startsWith("(+", at)) {
      int close = line.indexOf(") ", at);
      return close > 0 && number(line, at + 2, close) >= 0 ? blanks(line, close + 1) : at;
    }
    return at;
  }

  private static int blanks(String line, int from) {
    int at = from;
    while (at < line.length() && line.charAt(at) == ' ') {
      at++;
    }
    return at;
  }

  /**
   * Returns whether a line is of the tracer {@code function}, with or without caller and arguments:
   *
   * <pre>evict <-iput     evict     evict(inode=0xffff8881) <-iput</pre>
   */
  private static boolean isFunction(String line, int name, int nameEnd) {
    return nameEnd == line.length() && !line.startsWith("<", name)
        || line.startsWith(" <-", nameEnd)
        || line.startsWith("(", nameEnd)
            && line.indexOf(") <-", nameEnd) > 0
            && !line.startsWith("sys_", name);
  }

  /**
   * Returns where the event's name ends. It is followed by a colon, except that of a system call,
   * {@code sys_close(fd: 3)}, and {@code <stack trace>}.
   */
  private static int eventEnd(String line, int from) {
    int end = line.startsWith("<", from) ? Math.max(from, line.indexOf('>', from) + 1) : from;
    while (end < line.length() && ":( ".indexOf(line.charAt(end)) < 0) {
      end++;
    }
    return end;
  }

  private static int separator(String line, int at) {
    return at < line.length() && line.charAt(at) == ':' ? 1 : 0;
  }

  /**
   * Returns the place of the dash between the thread's name and its number; -1 if there is none.
   * ftrace pads the name to 16 columns, so the dash stands in column 16, whatever the name holds.
   * In the text of a tool that pads otherwise it is the last dash before the CPU.
   */
  private static int dash(String line) {
    if (line.length() > TASK_WIDTH
        && line.charAt(TASK_WIDTH) == '-'
        && number(line, TASK_WIDTH + 1, wordEnd(line, TASK_WIDTH + 1)) >= 0) {
      return TASK_WIDTH;
    }
    int cpu = line.indexOf(" [");
    return cpu < 0 ? -1 : line.lastIndexOf('-', cpu);
  }

  private static int wordEnd(String line, int from) {
    int end = line.indexOf(' ', from);
    return end < 0 ? line.length() : end;
  }

  private static long number(String line, int from, int to) {
    if (from >= to || to - from > 18) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = line.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = 10 * value + digit;
    }
    return value;
  }

  /** Parses seconds with a fraction of any width up to nanoseconds. */
  private static long nanos(String line, int from, int to) {
    int point = line.indexOf('.', from);
    if (point < 0 || point >= to) {
      return -1;
    }
    long seconds = number(line, from, point);
    long fraction = number(line, point + 1, to);
    if (seconds < 0
        || fraction < 0
        || to - point - 1 > 9
        || seconds > Long.MAX_VALUE / NANOS_PER_SECOND - 1) {
      return -1;
    }
    for (int digits = to - point - 1; digits < 9; digits++) {
      fraction *= 10;
    }
    return seconds * NANOS_PER_SECOND + fraction;
  }
}
