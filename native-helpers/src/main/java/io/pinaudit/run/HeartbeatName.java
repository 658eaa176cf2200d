package io.pinaudit.run;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Says whose a file is in which the agent of a JVM notes once a second that the JVM lives: {@code
 * BOOT-NAMESPACE-PID-START.heartbeat}. The boot id has hyphens of its own.
 *
 * @param namespace inode number of the pid namespace
 * @param pid of the JVM, in that namespace
 */
public record HeartbeatName(String namespace, String pid) {
  /** The end of the name. */
  public static final String SUFFIX = ".heartbeat";

  /** A glob of such names. */
  public static final String GLOB = "*" + SUFFIX;

  private static final int LEAST_WORDS = 4;

  /** Parses the name of a file; returns nothing if it has another form. */
  public static Optional<HeartbeatName> of(Path file) {
    String[] words = file.getFileName().toString().split("-", -1);
    int last = words.length - 1;
    return words.length < LEAST_WORDS
        ? Optional.empty()
        : Optional.of(new HeartbeatName(words[last - 2], words[last - 1]));
  }
}
