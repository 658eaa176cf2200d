package io.pinaudit.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * The lines of {@code /proc/kallsyms} that tell where some functions begin and, by the function
 * behind each, where they end.
 */
public final class SymbolExcerpt {
  private static final Path ALL = Path.of("/proc/kallsyms");

  private SymbolExcerpt() {}

  /**
   * Returns the excerpt of the running kernel; empty if the kernel hides addresses
   * (kernel.kptr_restrict).
   */
  public static Optional<String> of(Set<String> functions) throws IOException {
    return of(Files.readAllLines(ALL, java.nio.charset.StandardCharsets.ISO_8859_1), functions);
  }

  public static Optional<String> of(List<String> symbols, Set<String> functions) {
    TreeMap<Long, String> wanted = new TreeMap<>(Long::compareUnsigned);
    TreeMap<Long, String> ends = new TreeMap<>(Long::compareUnsigned);
    List<String> all = new ArrayList<>();
    for (String line : symbols) {
      if (isFunction(line)) {
        all.add(line);
        if (functions.contains(name(line))) {
          wanted.put(address(line), line);
        }
      }
    }
    for (String line : all) {
      Long begin = wanted.lowerKey(address(line));
      if (begin != null) {
        ends.merge(begin, line, (a, b) -> Long.compareUnsigned(address(a), address(b)) < 0 ? a : b);
      }
    }
    if (wanted.containsKey(0L)) {
      return Optional.empty();
    }
    TreeMap<Long, String> excerpt = new TreeMap<>(wanted);
    ends.values().forEach(line -> excerpt.putIfAbsent(address(line), line));
    StringBuilder text = new StringBuilder();
    excerpt.values().forEach(line -> text.append(line).append('\n'));
    return Optional.of(text.toString());
  }

  /** Returns whether a line is a function: {@code ffffffff8f0a1b20 t dax_insert_entry [mod]}. */
  private static boolean isFunction(String line) {
    int type = line.indexOf(' ') + 1;
    return type > 0 && Character.toLowerCase(line.charAt(type)) == 't';
  }

  private static String name(String line) {
    int from = line.indexOf(' ') + 3;
    int end = line.indexOf('\t', from);
    return line.substring(from, end < 0 ? line.length() : end);
  }

  private static long address(String line) {
    return Long.parseUnsignedLong(line, 0, line.indexOf(' '), 16);
  }
}
