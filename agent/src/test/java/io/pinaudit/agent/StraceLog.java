package io.pinaudit.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What strace saw a process do with the files of one folder, in the words of {@link Acts}.
 *
 * <p>All threads are read in the order of time, so that a descriptor is the file that it stood for
 * then, and an address the mapping that was there then. A file is its inode, which strace tells in
 * the results of fstat and its like; those of the agent itself are among them, but it is the kernel
 * that answers.
 */
final class StraceLog {
  private static final String STATS = "stat,fstat,lstat,newfstatat,statx";
  private static final String TRANSFERS = "read,write,pread64,pwrite64,sendto,recvfrom";
  private static final String OTHERS =
      "readv,writev,preadv,pwritev,preadv2,pwritev2,open,openat,openat2,creat,dup,dup2,dup3,close,mmap,munmap,"
          + "mremap,ftruncate,truncate,fallocate,unlink,unlinkat,rename,renameat,renameat2,"
          + "sendfile,copy_file_range,splice,vmsplice,sendmsg,recvmsg,execve";

  /** strace and its options, but for {@code -o}; one log a thread. */
  static final List<String> COMMAND =
      List.of(
          "/usr/bin/strace",
          "-ff",
          "-ttt",
          "-y",
          "-v",
          "-s",
          "0",
          "-e",
          "raw=" + TRANSFERS,
          "-e",
          "trace=" + STATS + "," + TRANSFERS + "," + OTHERS);

  // 1795360666.574422 ftruncate(7</data/x.dat>, 13096) = 0
  private static final Pattern LINE =
      Pattern.compile("(\\d+\\.\\d+) (\\w+)\\((.*)\\) += (-?\\w+).*");
  // 7</data/x.dat>(deleted)
  private static final Pattern DESCRIPTOR =
      Pattern.compile("(\\d+)<(.*?)>(\\(deleted\\))?", Pattern.DOTALL);
  private static final Pattern INODE = Pattern.compile("stx?_ino=(\\d+)");
  private static final Pattern PIECE = Pattern.compile("iov_len=(\\d+)");
  private static final Pattern OF_PROCESS = Pattern.compile("/proc/(self|\\d+)/fd/(\\d+)");

  private record Line(double time, long thread, String call, String arguments, long result) {}

  /** A file while it is open; of a file just created the inode is learned later. */
  private static final class Opened {
    private final String path;
    private final boolean direct;
    private String inode;

    Opened(String path, boolean direct, String inode) {
      this.path = path;
      this.direct = direct;
      this.inode = inode;
    }

    @Override
    public String toString() {
      return inode == null ? path : inode;
    }
  }

  private final String folder;
  private final Acts acts = new Acts();
  private final Map<Long, Opened> descriptors = new HashMap<>();
  private final Map<String, String> inodes = new HashMap<>();
  // The last inode of names that are gone.
  private final Map<String, String> unlinked = new HashMap<>();
  private final Set<String> renamed = new HashSet<>();
  private final Map<String, Opened> created = new HashMap<>();
  // By address, how long.
  private final TreeMap<Long, Long> mapped = new TreeMap<>();

  private StraceLog(Path folder) {
    this.folder = folder + "/";
  }

  /** Reads the logs of all threads: {@code NAME.TID}. */
  static Acts read(Path logs, Path folder) throws IOException {
    List<List<Line>> threads = new ArrayList<>();
    try (Stream<Path> files = Files.list(logs)) {
      for (Path file : files.toList()) {
        threads.add(thread(file));
      }
    }
    threads.sort(Comparator.comparingDouble(lines -> lines.isEmpty() ? 0 : lines.get(0).time()));
    List<Line> lines = new ArrayList<>();
    boolean first = true;
    for (List<Line> thread : threads) {
      boolean process = thread.stream().anyMatch(line -> line.call.equals("execve"));
      // A child has descriptors and addresses of its own.
      if (!process || first) {
        lines.addAll(thread);
      }
      first &= !process;
    }
    lines.sort(Comparator.comparingDouble(Line::time));
    StraceLog log = new StraceLog(folder);
    for (Line line : lines) {
      log.add(line);
    }
    return log.acts;
  }

  private static List<Line> thread(Path file) throws IOException {
    String name = file.getFileName().toString();
    long thread = Long.parseLong(name.substring(name.lastIndexOf('.') + 1));
    List<Line> lines = new ArrayList<>();
    for (String line : Files.readAllLines(file, StandardCharsets.ISO_8859_1)) {
      Matcher parts = LINE.matcher(line);
      if (parts.matches() && !parts.group(4).startsWith("-")) {
        lines.add(
            new Line(
                Double.parseDouble(parts.group(1)),
                thread,
                parts.group(2),
                parts.group(3),
                Long.decode(parts.group(4))));
      }
    }
    return lines;
  }

  private void add(Line line) {
    String[] words = line.arguments.split(", ");
    switch (line.call) {
      case "stat", "lstat" -> learn(text(words[0]), line.arguments);
      case "newfstatat", "statx" ->
          learn(words[1].equals("\"\"") ? words[0] : path(words[0], words[1]), line.arguments);
      case "fstat" -> learn(words[0], line.arguments);
      case "open", "creat" ->
          open(text(words[0]), line.arguments, line.call.equals("creat"), line.result);
      case "openat", "openat2" ->
          open(path(words[0], words[1]), line.arguments, false, line.result);
      case "dup", "dup2", "dup3" ->
          descriptors.put(line.result, opened(words[0].replaceFirst("<.*", "")));
      case "close" -> close(words[0]);
      case "mmap" -> map(words, line.result);
      case "munmap" -> unmap(Long.decode(words[0]), Long.decode(words[1]));
      case "mremap" -> {
        long oldBytes = Long.decode(words[1]);
        if (oldBytes > 0 && unmap(Long.decode(words[0]), oldBytes)) {
          long newBytes = Long.decode(words[2]);
          mapped.put(line.result, newBytes);
          acts.add("remap to " + line.result + "+" + newBytes);
        }
      }
      case "ftruncate" -> resize(words[0], words[1]);
      case "truncate" -> resize(text(words[0]), words[1]);
      case "fallocate" -> {
        if (isOurs(file(words[0]))) {
          acts.add("fallocate " + file(words[0]) + " at " + words[2] + "+" + words[3]);
        }
      }
      case "unlink" -> unlink(text(words[0]));
      case "unlinkat" -> {
        if (!line.arguments.contains("AT_REMOVEDIR")) {
          unlink(path(words[0], words[1]));
        }
      }
      case "rename" -> rename(text(words[0]), text(words[1]));
      case "renameat", "renameat2" -> rename(path(words[0], words[1]), path(words[2], words[3]));
      case "sendfile" -> move(file(words[1]), file(words[0]), line.result);
      case "copy_file_range", "splice" -> move(file(words[0]), file(words[2]), line.result);
      case "read", "write", "pread64", "pwrite64", "sendto", "recvfrom" -> transfer(line, words);
      case "execve" -> {}
      default -> vector(line);
    }
  }

  private static String text(String word) {
    return word.substring(1, word.lastIndexOf('"'));
  }

  /** AT_FDCWD</data>, "x.dat" */
  private static String path(String directory, String name) {
    String text = text(name);
    int from = directory.indexOf('<');
    return text.startsWith("/") || from < 0
        ? text
        : directory.substring(from + 1, directory.lastIndexOf('>')) + "/" + text;
  }

  /** What a word such as {@code 7</data/x.dat>} or a path means now. */
  private Opened file(String word) {
    Matcher descriptor = DESCRIPTOR.matcher(word);
    if (descriptor.matches()) {
      long number = Long.parseLong(descriptor.group(1));
      String path = descriptor.group(2);
      String inode = inodes.getOrDefault(path, unlinked.get(path));
      Opened known = descriptors.get(number);
      // The number may have been given away by a thread whose open began before this call.
      boolean another = known != null && !known.path.equals(path) && !renamed.contains(known.path);
      if (known == null || another) {
        known = new Opened(path, false, inode);
        descriptors.put(number, known);
      }
      return known;
    }
    Matcher own = OF_PROCESS.matcher(word);
    return own.matches()
        ? opened(own.group(2))
        : created.getOrDefault(word, new Opened(word, false, inodes.get(word)));
  }

  private Opened opened(String number) {
    return descriptors.getOrDefault(Long.decode(number), new Opened("?", false, null));
  }

  private void learn(String word, String arguments) {
    Matcher inode = INODE.matcher(arguments);
    if (inode.find()) {
      Opened file = file(word);
      file.inode = inode.group(1);
      if (word.startsWith("/") && !word.startsWith("/proc/")) {
        inodes.put(word, inode.group(1));
      }
    }
  }

  private boolean isOurs(Opened file) {
    return file.path.startsWith(folder) && !file.path.endsWith("run.jfr");
  }

  private void open(String path, String arguments, boolean creat, long number) {
    Opened file = new Opened(path, arguments.matches(".*\\bO_DIRECT\\b.*"), inodes.get(path));
    descriptors.put(number, file);
    if (file.inode == null) {
      created.put(path, file);
    }
    if ((creat || arguments.contains("O_TRUNC")) && isOurs(file)) {
      acts.add(() -> "size " + file + " to 0");
    }
  }

  private void close(String word) {
    Opened file = file(word);
    if (word.endsWith("(deleted)") && isOurs(file)) {
      acts.add("close " + file);
    }
    descriptors.remove(Long.parseLong(word.substring(0, word.indexOf('<'))), file);
  }

  private void map(String[] words, long address) {
    // Libraries are mapped by the loader.
    if (!words[4].contains("<") || words[4].contains(".so>") || !isOurs(file(words[4]))) {
      return;
    }
    long lengthBytes = Long.decode(words[1]);
    mapped.put(address, lengthBytes);
    Opened file = file(words[4]);
    acts.add(() -> Acts.map(file.toString(), Long.decode(words[5]), address, lengthBytes));
  }

  private boolean isMapped(long address) {
    Map.Entry<Long, Long> before = mapped.floorEntry(address);
    return before != null && address < before.getKey() + before.getValue();
  }

  private boolean unmap(long address, long lengthBytes) {
    if (!isMapped(address)) {
      return false;
    }
    Map.Entry<Long, Long> before = mapped.floorEntry(address);
    long end = before.getKey() + before.getValue();
    mapped.remove(before.getKey());
    if (before.getKey() < address) {
      mapped.put(before.getKey(), address - before.getKey());
    }
    if (address + lengthBytes < end) {
      mapped.put(address + lengthBytes, end - address - lengthBytes);
    }
    acts.add(Acts.unmap(address, lengthBytes));
    return true;
  }

  private void resize(String word, String sizeBytes) {
    Opened file = file(word);
    if (isOurs(file)) {
      acts.add(() -> "size " + file + " to " + sizeBytes);
    }
  }

  private void unlink(String path) {
    Opened file = file(path);
    if (isOurs(file)) {
      acts.add("unlink " + file);
    }
    if (file.inode != null) {
      unlinked.put(path, file.inode);
    }
    inodes.remove(path);
    created.remove(path);
  }

  private void rename(String from, String to) {
    Opened file = file(from);
    if (isOurs(file)) {
      acts.add("rename " + file + " to " + to);
    }
    renamed.add(from);
    inodes.remove(to);
    created.remove(to);
    created.remove(from);
    String inode = inodes.remove(from);
    if (inode != null) {
      inodes.put(to, inode);
    }
  }

  private void move(Opened from, Opened to, long resultBytes) {
    if (isOurs(from) || isOurs(to)) {
      acts.addMove(isOurs(from) ? from : to, resultBytes);
    }
  }

  private void transfer(Line line, String[] words) {
    long address = Long.decode(words[1]);
    Opened file = opened(words[0]);
    if (isMapped(address) || file.direct && isOurs(file)) {
      acts.add(Acts.transfer(line.thread, address, line.result));
    }
  }

  /** strace does not tell the addresses in an array of buffers: only how long they are. */
  private void vector(Line line) {
    Matcher pieces = PIECE.matcher(line.arguments);
    while (pieces.find()) {
      acts.addMaybe(Acts.piece(line.thread, Long.parseLong(pieces.group(1))));
    }
  }
}
