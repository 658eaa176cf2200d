package io.pinaudit.analyzer.timeline;

import java.util.regex.Pattern;

/**
 * A process that did something. It need not be one of the audited JVMs.
 *
 * @param pid the number of the process; the number of the thread if the thread's process is not
 *     known
 * @param command the name of the acting thread, which is the command in a process of one thread
 * @param uid the number of the user that the process works for; -1 if unknown
 * @param user name of that user; empty if unknown
 * @param audited whether the process is an audited JVM
 * @param guessed whether this is only likely the process that acted
 */
public record ProcessRef(
    int pid, String command, int uid, String user, boolean audited, boolean guessed) {
  /** The numbered name of a kernel worker, such as {@code iou-wrk-4711}. */
  private static final Pattern NUMBERED = Pattern.compile("[-/:]\\d.*$");

  /** Returns the command without the parts that differ from run to run. */
  String name() {
    return NUMBERED.matcher(command).replaceFirst("");
  }

  /** Returns a copy of this process that is marked as a guess. */
  ProcessRef likely() {
    return new ProcessRef(pid, command, uid, user, audited, true);
  }
}
