package io.pinaudit.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a program did with the files of its folder, told in one way by strace and by the events of
 * the agent, to be compared.
 *
 * <p>Does it from a command line as well, for {@code benchmarks/agent-libraries/run}: with the
 * arguments {@code --strace LOGS COMMAND} it runs a command under strace; with {@code LOGS
 * RECORDING FOLDER} it prints how many acts of each kind agree, and those of which only one side
 * knows; the exit status is 1 if there are any.
 */
final class Acts {
  private final List<Supplier<String>> told = new ArrayList<>();

  private record Move(Object file, long bytes) {}

  private final List<Move> moves = new ArrayList<>();
  private final Map<String, Integer> maybe = new HashMap<>();

  Acts() {}

  void add(String act) {
    told.add(() -> act);
  }

  /** An act whose file is known later. */
  void add(Supplier<String> act) {
    told.add(act);
  }

  /** One that the other side may have or not. */
  void addMaybe(String act) {
    maybe.merge(act, 1, Integer::sum);
  }

  /**
   * Bytes go from or to a file, which is told by its text when all is known: summed up, because one
   * call of Java makes as many system calls as it takes.
   */
  void addMove(Object file, long bytes) {
    moves.add(new Move(file, bytes));
  }

  static String map(String inode, long offsetBytes, long address, long lengthBytes) {
    return "map "
        + inode
        + " at "
        + offsetBytes
        + "+"
        + lengthBytes
        + " to 0x"
        + Long.toHexString(address);
  }

  static String unmap(long address, long lengthBytes) {
    return "unmap 0x" + Long.toHexString(address) + "+" + lengthBytes;
  }

  static String transfer(long thread, long address, long resultBytes) {
    return "transfer 0x" + Long.toHexString(address) + ": " + resultBytes + " by " + thread;
  }

  static String piece(long thread, long lengthBytes) {
    return "piece " + lengthBytes + " by " + thread;
  }

  private Map<String, Integer> counted() {
    Map<String, Integer> counts = new TreeMap<>();
    for (Supplier<String> act : told) {
      counts.merge(act.get(), 1, Integer::sum);
    }
    moved().forEach((file, bytes) -> counts.put("move " + file + ": " + bytes, 1));
    return counts;
  }

  private Map<String, Long> moved() {
    Map<String, Long> moved = new TreeMap<>();
    for (Move move : moves) {
      moved.merge(move.file().toString(), Math.max(0, move.bytes()), Long::sum);
    }
    moved.values().removeIf(bytes -> bytes == 0);
    return moved;
  }

  /** How many there are of each kind. */
  Map<String, Integer> kinds() {
    Map<String, Integer> counts = new TreeMap<>();
    for (Supplier<String> act : told) {
      counts.merge(act.get().replaceFirst(" .*", ""), 1, Integer::sum);
    }
    if (!moved().isEmpty()) {
      counts.put("moved", moved().size());
    }
    return counts;
  }

  /** What only one side tells; empty if they agree. */
  static List<String> differences(Acts calls, Acts events) {
    Map<String, Integer> left = calls.counted();
    List<String> differences = new ArrayList<>();
    events.counted().forEach((act, count) -> left.merge(act, -count, Integer::sum));
    left.forEach(
        (act, count) -> {
          if (count > 0) {
            differences.add("no event: " + count + " x " + act);
          } else if (count < 0 && !isPiece(calls, act)) {
            differences.add("no system call: " + -count + " x " + act);
          }
        });
    return differences;
  }

  /** Whether a transfer was part of one of an array of buffers, whose addresses strace hides. */
  private static boolean isPiece(Acts calls, String act) {
    // transfer 0x7f12: 4096 by 4711
    String[] words = act.split(" ");
    return words[0].equals("transfer")
        && calls.maybe.keySet().stream().anyMatch(piece -> piece.endsWith(" by " + words[4]));
  }

  /** What the events of a recording tell of a folder. */
  static Acts ofEvents(Path recording, Path folder) throws IOException {
    Acts acts = new Acts();
    String inFolder = folder + "/";
    NavigableMap<Long, Long> mapped = new TreeMap<>();
    List<RecordedEvent> events =
        RecordingFile.readAllEvents(recording).stream()
            .filter(event -> event.getEventType().getName().startsWith("pinaudit."))
            .filter(event -> event.hasField("startNanos"))
            .sorted(Comparator.comparingLong(event -> event.getLong("startNanos")))
            .toList();
    for (RecordedEvent event : events) {
      if (event.getString("error") == null) {
        acts.add(event, inFolder, mapped);
      }
    }
    return acts;
  }

  private void add(RecordedEvent event, String folder, NavigableMap<Long, Long> mapped) {
    String kind = event.getEventType().getName().substring("pinaudit.".length());
    boolean ours = event.hasField("path") && isIn(folder, event.getString("path"));
    String operation = event.getString("operation");
    switch (kind) {
      case "FileMap" -> {
        if (ours) {
          long address = event.getLong("address");
          mapped.put(address, event.getLong("lengthBytes"));
          add(
              operation.equals("mremap")
                  ? "remap to " + address + "+" + event.getLong("lengthBytes")
                  : map(
                      "" + event.getLong("inode"),
                      event.getLong("offsetBytes"),
                      address,
                      event.getLong("lengthBytes")));
        }
      }
      case "FileUnmap" -> {
        Map.Entry<Long, Long> before = mapped.floorEntry(event.getLong("address"));
        if (before != null && event.getLong("address") < before.getKey() + before.getValue()) {
          add(unmap(event.getLong("address"), event.getLong("lengthBytes")));
        }
      }
      case "FileTruncate" -> {
        if (ours) {
          add("size " + event.getLong("inode") + " to " + event.getLong("newSizeBytes"));
        }
      }
      case "RangeDeallocate" -> {
        if (ours && operation.equals("fallocate")) {
          add(
              "fallocate "
                  + event.getLong("inode")
                  + " at "
                  + event.getLong("offsetBytes")
                  + "+"
                  + event.getLong("lengthBytes"));
        }
      }
      case "FileDelete" -> {
        // In the way of a rename, it is part of that.
        if (ours && !operation.matches("(?i).*(rename|\\bmove).*")) {
          add("unlink " + event.getLong("inode"));
        }
      }
      case "FileRename" -> {
        if (ours) {
          add("rename " + event.getLong("inode") + " to " + event.getString("newPath"));
        }
      }
      case "FileClose" -> {
        if (ours) {
          add("close " + event.getLong("inode"));
        }
      }
      case "FileTransfer" -> {
        String end = isIn(folder, event.getString("sourcePath")) ? "source" : "target";
        if (isIn(folder, event.getString(end + "Path"))) {
          addMove(event.getLong(end + "Inode"), event.getLong("resultBytes"));
        }
      }
      case "BufferTransfer" -> {
        boolean buffer = isIn(folder, event.getString("bufferPath"));
        boolean direct = event.getBoolean("direct") && isIn(folder, event.getString("storagePath"));
        // Requests are followed by the call of another thread.
        if (event.getLong("requestId") == 0 && (buffer || direct)) {
          add(
              transfer(
                  event.getLong("kernelThreadId"),
                  event.getLong("bufferAddress"),
                  event.getLong("resultBytes")));
        }
      }
      default -> {}
    }
  }

  private static boolean isIn(String folder, String path) {
    return path != null && path.startsWith(folder) && !path.endsWith("run.jfr");
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    if (args[0].equals("--strace")) {
      List<String> command = new ArrayList<>(StraceLog.COMMAND);
      command.addAll(List.of("-o", args[1]));
      command.addAll(List.of(args).subList(2, args.length));
      System.exit(new ProcessBuilder(command).inheritIO().start().waitFor());
    }
    Path folder = Path.of(args[2]).toRealPath();
    Acts calls = StraceLog.read(Path.of(args[0]), folder);
    Acts events = ofEvents(Path.of(args[1]), folder);
    List<String> differences = differences(calls, events);
    System.out.println(
        differences.isEmpty()
            ? "agree on " + calls.kinds()
            : "strace " + calls.kinds() + ", events " + events.kinds());
    differences.forEach(System.out::println);
    System.exit(differences.isEmpty() && !calls.kinds().isEmpty() ? 0 : 1);
  }
}
