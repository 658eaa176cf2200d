package io.pinaudit.analyzer.ftrace;

import io.pinaudit.probe.Meaning;
import io.pinaudit.probe.ProbedFunctions;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Finds the meaning of a probe by the function that its text says it is at:
 *
 * <pre>
 * pin_taken: (try_grab_folio+0x0/0x2b0) page=0x…      left: (ext4_setattr+0x1/0x2 <-
 * ext4_break_layouts) ret=0
 * kprobes:pin_taken: (ffffffff9f2c3d30) page=0x…      probe:ext4_break_layouts__return: (ffff… <-
 * ffff…) ret=0
 * </pre>
 *
 * Where {@code perf script} and {@code trace-cmd report} print an address, the event's name gives
 * the function, if it is a name of pinaudit's or that of the function.
 *
 * @param functions the meanings of functions; read when the first probe is met
 */
record ProbePlaces(Supplier<ProbedFunctions> functions) {
  private static final Pattern ADDRESS = Pattern.compile("(?:0x)?\\p{XDigit}{8,16}");
  private static final String RETURN = "<- ";

  /** The suffix that {@code perf probe} adds to the name of a function for its return. */
  private static final String PERF_RETURN = "__return";

  /**
   * Returns the meaning of a probe; null if its function has none.
   *
   * @param place what the text has in parentheses
   */
  Meaning meaning(String place, String event) {
    int arrow = place.indexOf(RETURN);
    if (arrow >= 0) {
      return functions.get().left(function(place.substring(arrow + RETURN.length()), event));
    }
    int plus = place.indexOf('+');
    return functions.get().entered(function(plus < 0 ? place : place.substring(0, plus), event));
  }

  private String function(String place, String event) {
    if (!ADDRESS.matcher(place).matches()) {
      return place;
    }
    String ours = functions.get().function(event);
    if (ours != null) {
      return ours;
    }
    return event.endsWith(PERF_RETURN)
        ? event.substring(0, event.length() - PERF_RETURN.length())
        : event;
  }
}
