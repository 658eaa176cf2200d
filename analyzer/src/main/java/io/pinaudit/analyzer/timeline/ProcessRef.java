package io.pinaudit.analyzer.timeline;

import java.util.regex.Pattern;

/**
 * A process that did something, which may be none of the JVMs that are audited.
 *
 * @param pid its number; that of the thread if it is not known whose thread it is
 * @param command the name of the thread that did it: of a process with one thread, its command
 * @param uid the user that it works for; -1 if unknown
 * @param user name of that user; empty if unknown
 * @param audited whether it is a JVM that is audited
 * @param guessed whether it is only likely to be the one
 */
public record ProcessRef(
    int pid, String command, int uid, String user, boolean audited, boolean guessed) {
  /** A worker of the kernel has a number in its name: {@code iou-wrk-4711}. */
  private static final Pattern NUMBERED = Pattern.compile("[-/:]\\d.*$");

  /** The command without what differs from run to run. */
  String name() {
    return NUMBERED.matcher(command).replaceFirst("");
  }

  /** The same, as a guess. */
  ProcessRef likely() {
    return new ProcessRef(pid, command, uid, user, audited, true);
  }
}
