package io.pinaudit.linux;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the numbers of processes and threads as this process sees them. */
public final class PidNamespace {
  private static final long FIRST = 0xEFFFFFFCL; // PROC_PID_INIT_INO, linux/proc_ns.h

  private PidNamespace() {}

  /**
   * Returns whether the numbers are the kernel's own: this process runs on the machine, not in a
   * container.
   */
  public static boolean isFirst() throws IOException {
    Object number = Files.getAttribute(Path.of("/proc/self/ns/pid"), "unix:ino");
    return ((Number) number).longValue() == FIRST;
  }

  /** Returns the number of the calling thread. */
  public static int thread() throws IOException {
    Path thread = Files.readSymbolicLink(Path.of("/proc/thread-self"));
    return Integer.parseInt(thread.getFileName().toString());
  }

  /** Returns the numbers of the threads that a process and its descendants have now. */
  public static Set<Integer> threads(long pid) throws IOException {
    Set<Integer> threads = new HashSet<>();
    List<ProcessHandle> family =
        ProcessHandle.of(pid).stream()
            .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
            .toList();
    for (ProcessHandle process : family) {
      addThreads(process.pid(), threads);
    }
    return threads;
  }

  /**
   * Returns whether a thread of this machine has a name that begins with one of some words; true as
   * well if this process does not see all threads.
   */
  public static boolean mayHaveThreadNamed(List<String> beginnings) throws IOException {
    if (!isFirst()) {
      return true;
    }
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : all) {
        if (hasThreadNamed(process.resolve("task"), beginnings)) {
          return true;
        }
      }
      return false;
    }
  }

  private static boolean hasThreadNamed(Path tasks, List<String> beginnings) {
    try (DirectoryStream<Path> all = Files.newDirectoryStream(tasks)) {
      for (Path task : all) {
        String name = Files.readString(task.resolve("comm"), StandardCharsets.ISO_8859_1);
        if (beginnings.stream().anyMatch(name::startsWith)) {
          return true;
        }
      }
      return false;
    } catch (IOException | DirectoryIteratorException e) {
      // The process has ended since.
      return false;
    }
  }

  private static void addThreads(long pid, Set<Integer> threads) throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/" + pid + "/task"))) {
      tasks.forEach(task -> threads.add(Integer.parseInt(task.getFileName().toString())));
    } catch (NoSuchFileException e) {
      // The thread has ended since.
      return;
    }
  }
}
