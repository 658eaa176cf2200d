package io.pinaudit.record;

import io.pinaudit.linux.PidNamespace;
import io.pinaudit.run.RunDescription.UserOf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Lists the users of this machine and the processes that work for each now. A trace names threads
 * only; with this list, and with the trace's events of new threads and of changes of user, a report
 * can name users.
 */
public final class RunningUsers {
  private static final int MOST_NAMES = 1_000;
  private static final String USER = "Uid:";

  private RunningUsers() {}

  /**
   * Returns all users of local accounts, and those that processes work for. Returns none in a
   * container, where process numbers differ from those of a trace.
   */
  public static List<UserOf> list() {
    try {
      return PidNamespace.isFirst() ? read() : List.of();
    } catch (IOException e) {
      // Reports then name no users.
      return List.of();
    }
  }

  private static List<UserOf> read() throws IOException {
    Map<Integer, String> names = new TreeMap<>();
    Map<Integer, List<List<Integer>>> processes = new TreeMap<>();
    for (String line : Files.readAllLines(Path.of("/etc/passwd"), StandardCharsets.ISO_8859_1)) {
      addName(line, names);
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : all) {
        addProcess(process, processes);
      }
    }
    processes.keySet().forEach(uid -> names.putIfAbsent(uid, ""));
    List<UserOf> users = new ArrayList<>();
    names.forEach(
        (uid, name) -> users.add(new UserOf(uid, name, processes.getOrDefault(uid, List.of()))));
    return users;
  }

  /** Parses {@code www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin}. */
  private static void addName(String line, Map<Integer, String> names) {
    String[] words = line.split(":", 4);
    if (words.length == 4 && words[2].matches("\\d{1,9}") && names.size() < MOST_NAMES) {
      names.putIfAbsent(Integer.parseInt(words[2]), words[0]);
    }
  }

  /**
   * Parses {@code Uid: 1000 1000 1000 1000}: the kernel judges access to files by the second
   * number.
   */
  private static void addProcess(Path process, Map<Integer, List<List<Integer>>> processes) {
    try {
      List<Integer> threads = threads(process);
      for (String line :
          Files.readAllLines(process.resolve("status"), StandardCharsets.ISO_8859_1)) {
        if (line.startsWith(USER)) {
          int uid = (int) Long.parseLong(line.split("\\s+")[2]);
          processes.computeIfAbsent(uid, _ -> new ArrayList<>()).add(threads);
        }
      }
    } catch (IOException e) {
      // The process has ended since.
      return;
    }
  }

  /** Returns the threads of a process, the first of which has the process's own number. */
  private static List<Integer> threads(Path process) throws IOException {
    List<Integer> threads = new ArrayList<>(List.of(number(process)));
    try (Stream<Path> tasks = Files.list(process.resolve("task"))) {
      tasks
          .map(RunningUsers::number)
          .filter(tid -> !tid.equals(threads.getFirst()))
          .forEach(threads::add);
    }
    return threads;
  }

  private static Integer number(Path task) {
    return Integer.valueOf(task.getFileName().toString());
  }
}
