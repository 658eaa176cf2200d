package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.harness.FileTree;
import io.pinaudit.linux.Posix;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;

/**
 * What the JVMs of a command are told, and where those of other users leave what they record.
 *
 * <p>JVMs of the command's own user write into the run directory. If this process is root, it makes
 * a folder, the drop, into which every user may write, and from which nobody removes what is
 * another's: below the run directory if everybody may pass through that, and otherwise below {@code
 * /tmp}. Nobody can guess its name. {@link #collect} moves what was left there into the run.
 */
final class Handover {
  private static final Path TEMPORARY = Path.of("/tmp");
  private static final String MODE = "unix:mode";
  private static final int OPEN_DROP = 01777;
  private static final int CLOSED_DROP = 0700;
  private static final int PASSABLE = 0711;
  private static final int READABLE = 0644;

  private final Path run;
  private final Path agent;
  private final Path drop; // null if there is none
  private final Path file;

  private Handover(Path run, Path agent, Path drop) {
    this.run = run;
    this.agent = agent;
    this.drop = drop;
    this.file = (drop == null ? run : drop).resolve("recording");
  }

  /**
   * Prepares the JVMs of a command.
   *
   * @param run the run directory; absolute
   * @param settings of JFR, in the run directory
   * @param bounds how much the JVMs keep
   */
  static Handover prepare(Path run, Path agent, Path settings, Bounds bounds) throws IOException {
    Path drop = Posix.isRoot() ? newDrop(run) : null;
    Handover handover = new Handover(run, drop == null ? agent : shown(agent, drop), drop);
    Properties asked = new Properties();
    asked.setProperty("run", run.toString());
    asked.setProperty("settings", (drop == null ? settings : shown(settings, drop)).toString());
    if (drop != null) {
      asked.setProperty("drop", drop.toString());
    }
    bounds.jfrProperties().forEach(asked::setProperty);
    try (Writer out = Files.newBufferedWriter(handover.file)) {
      asked.store(out, null);
    }
    Files.setAttribute(handover.file, MODE, READABLE);
    return handover;
  }

  private static Path newDrop(Path run) throws IOException {
    Path place = run.resolve(Inputs.OTHERS);
    if (isOpenToAll(run)) {
      Files.createDirectory(place);
    } else {
      place = Files.createTempDirectory(TEMPORARY, "pinaudit-");
    }
    Files.setAttribute(place, MODE, PASSABLE);
    Path drop = Files.createDirectory(place.resolve(secret()));
    Files.setAttribute(drop, MODE, OPEN_DROP);
    return drop;
  }

  private static String secret() {
    return HexFormat.of().toHexDigits(new SecureRandom().nextLong());
  }

  /** Returns a file that every user can read: itself, or a copy in the drop. */
  private static Path shown(Path file, Path drop) throws IOException {
    boolean readable =
        isOpenToAll(file.getParent())
            && Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ);
    if (readable) {
      return file;
    }
    Path copy = Files.copy(file, drop.resolve(file.getFileName()));
    Files.setAttribute(copy, MODE, READABLE);
    return copy;
  }

  /** Returns whether every user may pass through a folder, and all folders that it is in. */
  private static boolean isOpenToAll(Path folder) throws IOException {
    for (Path one = folder.toRealPath(); one != null; one = one.getParent()) {
      if (!Files.getPosixFilePermissions(one).contains(PosixFilePermission.OTHERS_EXECUTE)) {
        return false;
      }
    }
    return true;
  }

  /** Returns the options of the JVMs, one word each. */
  List<String> options() {
    return List.of(
        "-javaagent:" + agent,
        "-Dpinaudit.record=" + file,
        "-XX:ErrorFile=" + (drop == null ? run : drop).resolve("hs_err_pid%p.log"));
  }

  /**
   * Moves what the JVMs of other users left into the run directory, and removes the drop. If one of
   * them still lives, everything stays where it is: it would end if it could not write.
   */
  void collect() throws IOException {
    if (drop == null) {
      return;
    }
    List<LeftRecording> all = LeftRecording.in(drop);
    if (all.stream().anyMatch(LeftRecording::isWritten)) {
      return;
    }
    // From now on nobody else can put anything in the place of what is looked at.
    Files.setAttribute(drop, MODE, CLOSED_DROP);
    for (LeftRecording one : all) {
      one.moveInto(run);
    }
    LeftRecording.moveLogs(drop, run);
    FileTree.delete(drop.getParent());
  }

  /** Returns the folders with heartbeats of JVMs that are not in the run directory's own. */
  List<Path> heartbeats() throws IOException {
    List<Path> folders = new ArrayList<>(List.of(run.resolve(Inputs.HEARTBEATS)));
    if (drop != null && Files.isDirectory(drop)) {
      LeftRecording.in(drop).forEach(one -> folders.add(one.heartbeats()));
    }
    return List.copyOf(folders);
  }
}
