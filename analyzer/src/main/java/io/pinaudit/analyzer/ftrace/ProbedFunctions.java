package io.pinaudit.analyzer.ftrace;

import io.pinaudit.probe.Probe;
import io.pinaudit.probe.ProbeSet;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The functions of probes whose line has only addresses, as {@code perf script} and {@code
 * trace-cmd report} print them: told by the event's name, if that is ours or the function's own.
 *
 * <pre>
 * kprobes:pin_taken: (ffffffff9f2c3d30) page=0x…      probe:ext4_break_layouts__return: (ffff… <- ffff…) ret=0
 * </pre>
 */
final class ProbedFunctions {
  private static final Pattern ADDRESS = Pattern.compile("(?:0x)?\\p{XDigit}{8,16}");

  /** What {@code perf probe} appends to the name of a function. */
  private static final String PERF_RETURN = "__return";

  private static final Map<String, Probe.Function> NAMED = named();

  private ProbedFunctions() {}

  private static Map<String, Probe.Function> named() {
    try {
      return ProbeSet.functionProbes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The function at a place that the text names, or that the event's name tells. */
  static String of(String place, String event) {
    if (!ADDRESS.matcher(place).matches()) {
      return place;
    }
    if (NAMED.containsKey(event)) {
      return NAMED.get(event).symbol();
    }
    return event.endsWith(PERF_RETURN)
        ? event.substring(0, event.length() - PERF_RETURN.length())
        : event;
  }
}
