package io.pinaudit.agent;

import io.pinaudit.agent.guard.GuardRules;
import io.pinaudit.agent.table.BadOptionException;
import io.pinaudit.agent.table.DeclaredPin;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The options that the user gave to the agent.
 *
 * @param uninstall whether to remove an agent that was attached or given before, if that was once
 * @param meet the file of a plan of calls that are to meet; null for none
 * @param turn number of this run among several with the same plan
 * @param headStartMillis how long the call that goes second stays behind; 0 for the usual time
 * @param guard what the guard does, and where
 * @param record the file in which a recorder says what to record, and where; null for none
 * @param heartbeat folder for the file that says once a second that this JVM lives; null for none
 * @param found file in which a watch tells of the hazards that it finds; null for none
 * @param log file to which the agent appends its messages; null for none
 */
record AgentOptions(
    boolean help,
    boolean strict,
    boolean uninstall,
    String log,
    String record,
    String heartbeat,
    String found,
    String meet,
    int turn,
    int headStartMillis,
    GuardRules guard,
    List<DeclaredPin> pins,
    List<DeclaredPin> unpins) {
  private static final int MAX_PINS = 20; // of either kind; the dispatcher has room for both
  private static final String HELP = "help";
  private static final String STRICT = "strict";
  private static final String LOG = "log";
  private static final String UNINSTALL = "uninstall";
  private static final String RECORD = "record";
  private static final String HEARTBEAT = "heartbeat";
  private static final String FOUND = "found";
  private static final String MEET = "meet";
  private static final String TURN = "turn";
  private static final String HEAD_START = "headstart";
  private static final String GUARD = "guard";
  private static final String GUARD_PATHS = "guardpaths";
  private static final String GUARD_CLASSES = "guardclasses";
  private static final String PIN = "pin";
  private static final String UNPIN = "unpin";
  private static final List<String> NAMES =
      List.of(
          HELP,
          STRICT,
          UNINSTALL,
          LOG,
          RECORD,
          HEARTBEAT,
          FOUND,
          MEET,
          TURN,
          HEAD_START,
          GUARD,
          GUARD_PATHS,
          GUARD_CLASSES,
          PIN,
          UNPIN);

  /**
   * Parses {@code key=value,key=value}; a key alone is true. System properties and environment
   * variables give the options that the text does not.
   */
  static AgentOptions parse(String text, Map<?, ?> properties, Map<String, String> environment)
      throws BadOptionException {
    Map<String, String> values = new HashMap<>();
    for (String name : NAMES) {
      Object value = properties.get("pinaudit." + name);
      if (value == null) {
        value = environment.get("PINAUDIT_" + name.toUpperCase(Locale.ROOT));
      }
      // A variable that is set to nothing is how a shell takes one back.
      if (value != null && !value.toString().isEmpty()) {
        values.put(name, value.toString());
      }
    }
    for (String option : split(text == null ? "" : text)) {
      put(values, option.trim());
    }
    return new AgentOptions(
        flag(values, HELP),
        flag(values, STRICT),
        flag(values, UNINSTALL),
        expand(LOG, values.get(LOG)),
        expand(RECORD, values.get(RECORD)),
        expand(HEARTBEAT, values.get(HEARTBEAT)),
        expand(FOUND, values.get(FOUND)),
        expand(MEET, values.get(MEET)),
        number(values, TURN, 6),
        number(values, HEAD_START, 3),
        guard(values),
        pins(values, PIN),
        pins(values, UNPIN));
  }

  /** Splits a text at the commas that are not in parentheses, or in the braces of a glob. */
  private static List<String> split(String text) {
    List<String> options = new ArrayList<>();
    int depth = 0;
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == ',' && depth == 0) {
        options.add(text.substring(from, i));
        from = i + 1;
      } else if (c == '(' || c == '{') {
        depth++;
      } else if (c == ')' || c == '}') {
        depth = Math.max(0, depth - 1);
      }
    }
    options.add(text.substring(from));
    return options;
  }

  private static List<DeclaredPin> pins(Map<String, String> values, String name)
      throws BadOptionException {
    String text = values.get(name);
    List<DeclaredPin> pins =
        text == null ? List.<DeclaredPin>of() : DeclaredPin.parseAll(name, text);
    if (pins.size() > MAX_PINS) {
      throw new BadOptionException("option " + name + " has more than " + MAX_PINS + " methods");
    }
    return pins;
  }

  private static void put(Map<String, String> values, String option) throws BadOptionException {
    if (option.isEmpty()) {
      return;
    }
    int equals = option.indexOf('=');
    String name = equals < 0 ? option : option.substring(0, equals);
    if (!NAMES.contains(name)) {
      throw new BadOptionException(
          "unknown option \"" + name + "\", expected one of " + String.join(", ", NAMES));
    }
    values.put(name, equals < 0 ? "true" : option.substring(equals + 1));
  }

  private static boolean flag(Map<String, String> values, String name) throws BadOptionException {
    String value = values.getOrDefault(name, "false");
    if (value.equals("true") || value.equals("false")) {
      return value.equals("true");
    }
    throw new BadOptionException(
        "option " + name + " is \"" + value + "\", expected true or false");
  }

  private static int number(Map<String, String> values, String option, int mostDigits)
      throws BadOptionException {
    String value = values.getOrDefault(option, "0");
    if (value.matches("\\d{1," + mostDigits + "}")) {
      return Integer.parseInt(value);
    }
    throw new BadOptionException("option " + option + " is \"" + value + "\", expected a number");
  }

  private static GuardRules guard(Map<String, String> values) throws BadOptionException {
    try {
      return GuardRules.parse(
          values.get(GUARD), values.get(GUARD_PATHS), values.get(GUARD_CLASSES));
    } catch (IllegalArgumentException e) {
      throw new BadOptionException(e.getMessage());
    }
  }

  private static String expand(String option, String file) throws BadOptionException {
    if (file == null) {
      return null;
    }
    if (file.isEmpty() || file.equals("true")) {
      throw new BadOptionException("option " + option + " has no file name");
    }
    return file.replace("%p", Long.toString(ProcessHandle.current().pid()))
        .replace("%t", Long.toString(System.currentTimeMillis()));
  }

  /**
   * Returns whether the memory that a method pins is unpinned by the object or number that the
   * method returned.
   */
  boolean unpinsByHandle(DeclaredPin pin) {
    for (DeclaredPin unpin : unpins) {
      if (unpin.className().equals(pin.className())
          && unpin.roles().contains(DeclaredPin.Role.HANDLE)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the help text. */
  static String helpText() {
    return """
    pinaudit agent: records what a JVM maps, transfers, truncates, deletes and closes

    usage: java -javaagent:pinaudit-agent.jar[=OPTION,OPTION...] -XX:StartFlightRecording ...

      help         print this and leave the application alone
      strict       do not start the application if an option or a hook fails
      log=FILE     append what became of each hook; %p is the process id, %t the time
      record=FILE  start the recording that pinaudit record asks for in this file; if it cannot
                   be written, the application starts without the agent
      heartbeat=DIR
                   write a small file a second into this folder that says that this JVM lives
      found=FILE   write an event for each hazard of which pinaudit watch tells in this file
      meet=PLAN    hold threads before the calls that this file names, as pinaudit predict writes
                   it, until both calls of a pair are about to be made; at most 100 ms at a time
      turn=N       number of this run of a plan: which side waits more, and which goes first,
                   alternates (default: 0)
      headstart=MS how long the call that goes second stays behind (default: 0.2 ms)
      guard=MODE   step in where a call takes memory or a file range that an I/O still uses:
                   keep[:MS] keeps the file mapped meanwhile, and lets cuts wait (10000 ms);
                   wait:MS lets the call wait; fail refuses it; report only says so
      guardpaths=GLOB;GLOB
      guardclasses=PREFIX;PREFIX
                   only for these files; only for calls below these classes or packages
      pin=Class.method(ARGUMENTS)
      unpin=Class.method(ARGUMENTS)
                   a method of the application that pins or unpins memory; each of its arguments
                   is address, length, buffer, handle (what pin returned) or _; several methods
                   are separated by semicolons
      uninstall    (when attached) take the agent out again, unless others still use it

    Each option can also be given as -Dpinaudit.OPTION=VALUE or as PINAUDIT_OPTION in the environment.
    The events go into JFR recordings; without a recording there are none.
    """;
  }
}
