package io.pinaudit.cli;

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
 * As whom the application runs: recording the kernel takes root, the application was not asked to
 * be it.
 */
final class RunAs {
  private final Optional<User> other;

  private RunAs(Optional<User> other) {
    this.other = other;
  }

  /**
   * The named user; without a name, who called sudo, and without sudo, the user of this process.
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

  /** The user of a process that runs already, if that is another than the user of this one. */
  static RunAs ownerOf(long pid) throws IOException {
    String name = Files.getOwner(Path.of("/proc/" + pid)).getName();
    boolean same = name.equals(System.getProperty("user.name"));
    return new RunAs(same || !Posix.isRoot() ? Optional.empty() : Optional.of(User.named(name)));
  }

  /** The application cannot run without the agent; it would say so less clearly. */
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

  /** The command as that user runs it. */
  List<String> command(List<String> words) {
    return other.map(user -> user.command(words)).orElse(words);
  }

  /** Tells the command's environment whose it is. */
  void enter(Map<String, String> environment) {
    other.ifPresent(user -> environment.putAll(user.environment()));
  }

  /** Gives that user a file. */
  void own(Path file) throws IOException {
    if (other.isPresent()) {
      other.get().own(file);
    }
  }

  /** Gives that user what is directly in a folder. */
  void ownFilesIn(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        own(file);
      }
    }
  }
}
