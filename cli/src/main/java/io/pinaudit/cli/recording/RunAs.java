package io.pinaudit.cli.recording;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.UsageException;
import io.pinaudit.linux.Posix;
import io.pinaudit.linux.User;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The user as whom the application runs: recording the kernel needs root, and the application
 * should not run as root for that reason.
 */
final class RunAs {
  private final Optional<User> other;

  private RunAs(Optional<User> other) {
    this.other = other;
  }

  /**
   * Returns the named user. Without a name this is the user who called sudo; without sudo, the user
   * of this process.
   *
   * @param name null if none was named
   */
  static RunAs of(String name, Console console) throws IOException {
    if (name == null) {
      Optional<User> caller = User.behindSudo(System.getenv());
      caller.ifPresent(
          user -> console.note("running the command as " + user.name() + ", who called sudo"));
      return new RunAs(caller);
    }
    if (!Posix.isRoot()) {
      throw new UsageException("record: --user " + name + " needs root");
    }
    try {
      return new RunAs(Optional.of(User.named(name)));
    } catch (IOException e) {
      throw new UsageException("record: --user: " + e.getMessage());
    }
  }

  /** Returns the user of a running process; one of a container may have no name here. */
  static RunAs ownerOf(long pid) throws IOException {
    Path process = Path.of("/proc/" + pid);
    boolean same = Files.getOwner(process).getName().equals(System.getProperty("user.name"));
    return new RunAs(
        same || !Posix.isRoot() ? Optional.empty() : Optional.of(User.owning(process)));
  }

  /**
   * Checks that the user can read the agent; without this check the JVM would fail with a less
   * clear message.
   */
  void requireReadable(Path file) throws IOException, InterruptedException {
    if (other.isPresent()) {
      User user = other.get();
      List<String> words = user.command(List.of("test", "-r", file.toString()));
      if (new ProcessBuilder(words).start().waitFor() != 0) {
        throw new UsageException(
            "record: "
                + user.name()
                + " may not read "
                + file
                + ": put pinaudit where that user may read, or name another with --user");
      }
    }
  }

  /** Returns the command that runs the given command as that user. */
  List<String> command(List<String> words) {
    return other.map(user -> user.command(words)).orElse(words);
  }

  /** Sets the variables that name the user, such as {@code HOME}. */
  void enter(Map<String, String> environment) {
    other.ifPresent(user -> environment.putAll(user.environment()));
  }

  /** Makes that user the owner of a file. */
  void own(Path file) throws IOException {
    if (other.isPresent()) {
      other.get().own(file);
    }
  }

  /** Makes that user the owner of the files directly in a folder. */
  void ownFilesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        own(file);
      }
    }
  }
}
