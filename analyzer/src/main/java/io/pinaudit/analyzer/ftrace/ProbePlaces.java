package io.pinaudit.analyzer.ftrace;

import io.pinaudit.probe.Meaning;
import io.pinaudit.probe.ProbedFunctions;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * The functions that probes say they are at:
 *
 * <pre>
 * pin_taken: (try_grab_folio+0x0/0x2b0) page=0x…      left: (ext4_setattr+0x1/0x2 <- ext4_break_layouts) ret=0
 * kprobes:pin_taken: (ffffffff9f2c3d30) page=0x…      probe:ext4_break_layouts__return: (ffff… <- ffff…) ret=0
 * </pre>
 *
 * Where {@code perf script} and {@code trace-cmd report} print an address, the function is told by
 * the event's name, if that is ours or the function's own.
 *
 * @param functions what they mean; asked for when the first probe is met
 */
record ProbePlaces(Supplier<ProbedFunctions> functions) {
  private static final Pattern ADDRESS = Pattern.compile("(?:0x)?\\p{XDigit}{8,16}");
  private static final String RETURN = "<- ";

  /** What {@code perf probe} appends to the name of a function. */
  private static final String PERF_RETURN = "__return";

  /**
   * What a probe means; null if nothing is known of its function.
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
