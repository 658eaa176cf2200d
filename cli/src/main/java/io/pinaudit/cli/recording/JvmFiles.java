package io.pinaudit.cli.recording;

import io.pinaudit.cli.Amounts;
import io.pinaudit.cli.Installation;
import io.pinaudit.cli.alarm.JvmAlarm;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;

/**
 * The files that an attached JVM opens itself: the agent, the settings of JFR, and the recording.
 *
 * <p>A JVM in a container sees other files under the same names. Then copies lie in a folder below
 * its {@code /tmp}, which is {@code /proc/PID/root/tmp} here, and {@link #collect} takes the
 * recording from there. The folder is held open: when the JVM ends, its file systems may go with
 * it.
 */
final class JvmFiles {
  private static final String RECORDING = "app.jfr";
  private static final Path TEMPORARY = Path.of("/tmp");

  private final Path root;
  private final Path agent;
  private final Path settings;
  private final Path directory;
  private final Path own;
  // Both are null if the JVM sees the same files as this process.
  private final SecureDirectoryStream<Path> parent;
  private final SecureDirectoryStream<Path> copies;
  private Bounds bounds = new Bounds(Amounts.FOR_EVER, Long.MAX_VALUE);
  private boolean collected;

  private JvmFiles(Path root, Path agent, Path settings, Path directory) {
    this.root = root;
    this.agent = agent;
    this.settings = settings;
    this.directory = directory;
    own = directory;
    parent = null;
    copies = null;
  }

  private JvmFiles(Path folder, Path seen, JvmFiles original) throws IOException {
    root = original.root;
    agent = seen.resolve(original.agent.getFileName());
    settings = seen.resolve(original.settings.getFileName());
    directory = seen;
    own = original.directory;
    parent = open(folder.getParent());
    copies = open(folder);
  }

  /**
   * Makes the files visible for a JVM, if they are not.
   *
   * @param settings in the run directory
   * @param user the JVM's
   * @throws IOException with one line that says what to do, if they cannot be made visible
   */
  static JvmFiles of(long pid, Path settings, RunAs user) throws IOException, InterruptedException {
    Path agent = Installation.agent();
    Path directory = settings.toAbsolutePath().getParent();
    Path root = Path.of("/proc/" + pid + "/root");
    JvmFiles here = new JvmFiles(root, agent, settings, directory);
    try {
      if (!sees(root, agent) || !sees(root, directory)) {
        return here.copiedTo(root, user);
      }
      user.requireReadable(agent);
      return here;
    } catch (FileSystemException e) {
      throw new IOException(
          ("process %d sees other files than this one, and its /tmp cannot take copies: %s %s:"
                  + " mount %s and %s there at the same paths")
              .formatted(
                  pid,
                  e.getFile(),
                  e.getReason() == null ? "cannot be reached" : e.getReason(),
                  agent,
                  directory),
          e);
    }
  }

  private static boolean sees(Path root, Path file) throws IOException {
    try {
      return Files.isSameFile(inside(root, file), file);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  private static Path inside(Path root, Path file) {
    return root.resolve(file.toAbsolutePath().toString().substring(1));
  }

  private JvmFiles copiedTo(Path root, RunAs user) throws IOException {
    Path temporary = inside(root, TEMPORARY);
    // A link would lead to a folder of this machine.
    if (!Files.isDirectory(temporary, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileSystemException(temporary.toString(), null, "is no folder");
    }
    Path folder = Files.createTempDirectory(temporary, "pinaudit-");
    for (Path file : new Path[] {agent, settings}) {
      user.own(Files.copy(file, folder.resolve(file.getFileName())));
    }
    user.own(folder);
    return new JvmFiles(folder, TEMPORARY.resolve(folder.getFileName()), this);
  }

  @SuppressWarnings("StreamResourceLeak") // collect closes it
  private static SecureDirectoryStream<Path> open(Path folder) throws IOException {
    DirectoryStream<Path> stream = Files.newDirectoryStream(folder);
    if (stream instanceof SecureDirectoryStream<Path> secure) {
      return secure;
    }
    stream.close();
    throw new FileSystemException(folder.toString(), null, "cannot be held open");
  }

  /** Bounds what the JVM keeps of its recording. */
  JvmFiles within(Bounds other) {
    bounds = other;
    return this;
  }

  /** Returns how much of its recording the JVM keeps. */
  Bounds bounds() {
    return bounds;
  }

  /** Returns a file that the JVM names, as it is named here. */
  Path here(Path file) {
    return inside(root, file);
  }

  /** Returns the agent's jar as the JVM names it. */
  Path agent() {
    return agent;
  }

  /** Returns the settings of the recording as the JVM names them. */
  Path settings() {
    return settings;
  }

  /** Returns the recording that the JVM is to write, as it names it. */
  Path recording() {
    return directory.resolve(RECORDING);
  }

  /** Returns the file in which a watch tells of what it finds, as the JVM names it. */
  Path told() {
    return directory.resolve(JvmAlarm.FILE_NAME);
  }

  /** Returns the same file as it is named here. */
  Path toldHere() {
    return copies == null ? told() : here(told());
  }

  /**
   * Moves the recording into the run directory and removes the copies; a second call does nothing.
   */
  void collect() throws IOException {
    if (copies == null || collected) {
      return;
    }
    collected = true;
    try (parent;
        copies) {
      move();
      for (Path file : new Path[] {agent, settings}) {
        copies.deleteFile(file.getFileName());
      }
      deleteTold();
      parent.deleteDirectory(directory.getFileName());
    }
  }

  private void deleteTold() throws IOException {
    try {
      copies.deleteFile(told().getFileName());
    } catch (NoSuchFileException e) {
      // Nothing was told.
      return;
    }
  }

  private void move() throws IOException {
    Path recording = Path.of(RECORDING);
    try (SeekableByteChannel channel =
            copies.newByteChannel(recording, EnumSet.of(StandardOpenOption.READ));
        InputStream in = Channels.newInputStream(channel)) {
      Files.copy(in, own.resolve(recording));
      copies.deleteFile(recording);
    } catch (NoSuchFileException e) {
      // The JVM was killed, or refused the agent: the report will say that there is no recording.
      return;
    }
  }
}
