package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.Operation;
import io.pinaudit.analyzer.trace.PageRange;
import io.pinaudit.analyzer.trace.RangeChange;
import io.pinaudit.analyzer.trace.Stamp;
import io.pinaudit.analyzer.trace.TraceEvent;
import io.pinaudit.run.BoundedMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the system calls that pinaudit's recorder traces of every process of the machine: some
 * calls that cut files, and those that change the user. Only of the latter the trace has the end as
 * well.
 *
 * <pre>
 * sys_ftruncate(fd: 4, length: 2000)       sys_enter_ftruncate: fd: 0x00000004, length: 0x00002000
 * sys_setresuid(ruid: 21, euid: 21, …)     sys_setresuid -> 0x0
 * </pre>
 */
final class AnybodysCalls {
  private static final String ENTER = "enter_";
  private static final String EXIT = "exit_";
  private static final int O_TRUNC = 01000; // asm-generic/fcntl.h
  private static final long PART = -1;
  private static final int SAME = -1;
  private static final int MOST_THREADS = 10_000;

  /** The removal of the first pages of a file begins at once, but a busy machine may wait. */
  private static final long LONGEST_CUT_NANOS = 1_000_000_000L;

  private final Map<Integer, Integer> usersAsked = new HashMap<>();

  private final Map<Integer, TraceEvent.SizeAsked> lastAsked = BoundedMap.ofYoungest(MOST_THREADS);

  /** Returns the event of a call; null if the call changes nothing. */
  TraceEvent read(String name, Stamp stamp, EventFields fields) throws EventFields.Malformed {
    if (name.startsWith(EXIT)) {
      return left(stamp, fields.value(EventField.RESULT));
    }
    if (fields.begins("-> ")) {
      return left(stamp, fields.value(EventField.ARROW_RESULT));
    }
    return entered(name.startsWith(ENTER) ? name.substring(ENTER.length()) : name, stamp, fields);
  }

  private TraceEvent entered(String name, Stamp stamp, EventFields fields)
      throws EventFields.Malformed {
    return switch (name) {
      case "ftruncate", "truncate" ->
          asked(name, stamp, fields.hexadecimal(EventField.SIZE_ARGUMENT));
      case "open", "openat" ->
          (fields.hexadecimal(EventField.FLAGS_ARGUMENT) & O_TRUNC) == 0
              ? null
              : asked(name, stamp, 0);
      case "creat" -> asked(name, stamp, 0);
      case "fallocate" ->
          switch (RangeChange.of(fields.hexadecimal(EventField.MODE_ARGUMENT))) {
            case COLLAPSE -> asked(name, stamp, PART);
            case PUNCH, ZERO, INSERT, NOTHING -> null;
          };
      case "setuid" -> user(stamp, fields, EventField.USER_ARGUMENT);
      case "setreuid", "setresuid" -> user(stamp, fields, EventField.EFFECTIVE_USER_ARGUMENT);
      default -> null;
    };
  }

  /**
   * Returns the cut that a removed page of the page cache belongs to: its thread has just asked for
   * a size below that page. Returns null if it has not: the file was deleted, or memory was short.
   */
  TraceEvent pageRemoved(Stamp stamp, EventFields fields) throws EventFields.Malformed {
    TraceEvent.SizeAsked call = lastAsked.get(stamp.tid());
    boolean within =
        call != null
            && call.newSize() >= 0
            && stamp.nanos() - call.stamp().nanos() <= LONGEST_CUT_NANOS
            && fields.cachePageOffset() * PageRange.PAGE_BYTES >= call.newSize();
    return within ? new TraceEvent.FileCut(stamp, fields.cachedFile(), call.newSize(), true) : null;
  }

  private TraceEvent asked(String name, Stamp stamp, long newSize) {
    TraceEvent.SizeAsked call = new TraceEvent.SizeAsked(stamp, Operation.of(name), newSize);
    lastAsked.put(stamp.tid(), call);
    return call;
  }

  private TraceEvent user(Stamp stamp, EventFields fields, EventField argument)
      throws EventFields.Malformed {
    int uid = (int) fields.hexadecimal(argument);
    if (uid != SAME && usersAsked.size() < MOST_THREADS) {
      usersAsked.put(stamp.tid(), uid);
    }
    return null;
  }

  private TraceEvent left(Stamp stamp, long result) {
    Integer uid = usersAsked.remove(stamp.tid());
    return uid == null || result != 0 ? null : new TraceEvent.UserChanged(stamp, uid);
  }
}
