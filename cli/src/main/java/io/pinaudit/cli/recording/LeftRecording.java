package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.run.HeartbeatName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The folder below a drop in which a JVM of another user leaves what it would leave in the run
 * directory. Whoever owns it may have put anything there: only regular files with one name, of the
 * owner of the folder, are taken.
 */
record LeftRecording(Path folder) {
  private static final long FRESH_MILLIS = TimeUnit.SECONDS.toMillis(3);
  private static final long MOST_HEARTBEAT_BYTES = 1 << 20;
  private static final String NAMESPACE = "ns/pid";
  private static final String LOG = "hs_err_pid*.log";

  /** Returns the folders in a drop. */
  static List<LeftRecording> in(Path drop) throws IOException {
    return folders(drop).stream().map(LeftRecording::new).toList();
  }

  private static List<Path> folders(Path parent) throws IOException {
    List<Path> folders = new ArrayList<>();
    if (Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(parent)) {
        for (Path one : all) {
          if (Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS)) {
            folders.add(one);
          }
        }
      }
    }
    return folders;
  }

  private List<Path> files(Path parent, String glob) throws IOException {
    List<Path> files = new ArrayList<>();
    if (Files.isDirectory(parent, LinkOption.NOFOLLOW_LINKS)) {
      try (DirectoryStream<Path> all = Files.newDirectoryStream(parent, glob)) {
        for (Path one : all) {
          if (isOf(one, folder)) {
            files.add(one);
          }
        }
      }
    }
    return files;
  }

  private static boolean isOf(Path file, Path folder) throws IOException {
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && attribute(file, "unix:nlink").equals(1)
        && attribute(file, "unix:uid").equals(attribute(folder, "unix:uid"));
  }

  private static Object attribute(Path file, String name) throws IOException {
    return Files.getAttribute(file, name, LinkOption.NOFOLLOW_LINKS);
  }

  /** Returns the folder of the heartbeat. */
  Path heartbeats() {
    return folder.resolve(Inputs.HEARTBEATS);
  }

  /** Returns whether the JVM seems to live, and to go on writing. */
  boolean isWritten() {
    try {
      for (Path heartbeat : files(heartbeats(), HeartbeatName.GLOB)) {
        if (isFresh(heartbeat) && !isEnded(heartbeat)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      // It is being written at this moment.
      return true;
    }
  }

  private static boolean isFresh(Path heartbeat) throws IOException {
    long writtenMillis = Files.getLastModifiedTime(heartbeat).toMillis();
    return System.currentTimeMillis() - writtenMillis < FRESH_MILLIS;
  }

  private static boolean isEnded(Path heartbeat) throws IOException {
    // A process of another namespace has another number here.
    String here = Files.readSymbolicLink(Path.of("/proc/self").resolve(NAMESPACE)).toString();
    boolean isGone =
        HeartbeatName.of(heartbeat)
            .filter(name -> here.contains(name.namespace()))
            .filter(name -> !Files.exists(Path.of("/proc", name.pid())))
            .isPresent();
    return Files.size(heartbeat) > MOST_HEARTBEAT_BYTES
        || isGone
        || Files.readString(heartbeat, StandardCharsets.ISO_8859_1).contains("\nended=true\n");
  }

  /** Moves the files to where they would be if the JVM could have written there. */
  void moveInto(Path run) throws IOException {
    move(folder, "*.jfr", run);
    move(heartbeats(), HeartbeatName.GLOB, run.resolve(Inputs.HEARTBEATS));
    for (Path chunks : folders(folder.resolve(Inputs.JFR_REPOSITORY))) {
      move(chunks, "*.jfr", run.resolve(Inputs.JFR_REPOSITORY).resolve(chunks.getFileName()));
    }
  }

  /** Moves the logs of JVMs that died, which lie in the drop itself. */
  static void moveLogs(Path drop, Path run) throws IOException {
    try (DirectoryStream<Path> logs = Files.newDirectoryStream(drop, LOG)) {
      for (Path log : logs) {
        Path target = run.resolve(log.getFileName());
        if (isOf(log, log) && !Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
          Files.move(log, target);
        }
      }
    }
  }

  private void move(Path from, String glob, Path to) throws IOException {
    for (Path file : files(from, glob)) {
      Files.createDirectories(to);
      Path target = to.resolve(file.getFileName());
      // A name that is never given twice: if it is there, somebody has made it up.
      if (!Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
        Files.move(file, target);
      }
    }
  }
}
