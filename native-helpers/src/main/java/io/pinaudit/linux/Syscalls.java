package io.pinaudit.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalInt;

/** The names and numbers of the system calls of x86-64. */
public final class Syscalls {
  /** Tracepoints are named by the kernel's function, which for these is not the call's name. */
  private static final Map<String, String> FUNCTIONS =
      Map.of(
          "umount", "umount2",
          "newstat", "stat",
          "newfstat", "fstat",
          "newlstat", "lstat",
          "newuname", "uname",
          "sendfile64", "sendfile");

  private static final Map<String, Integer> NUMBERS = read();
  private static final Map<Integer, String> NAMES = new HashMap<>();

  static {
    NUMBERS.forEach((name, number) -> NAMES.put(number, name));
    FUNCTIONS.forEach((function, name) -> NAMES.put(NUMBERS.get(name), function));
  }

  private Syscalls() {}

  /**
   * Returns the number of a system call by its name or its tracepoint's name; empty if there is
   * none.
   */
  public static OptionalInt number(String name) {
    Integer number = NUMBERS.get(FUNCTIONS.getOrDefault(name, name));
    return number == null ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /**
   * Returns the name of a system call as its tracepoint has it; for a system call that is newer
   * than this table, its number in words.
   */
  public static String name(long number) {
    String name = number == (int) number ? NAMES.get((int) number) : null;
    return name == null ? "syscall_" + number : name;
  }

  private static Map<String, Integer> read() {
    try (InputStream in = Syscalls.class.getResourceAsStream("x86_64.syscalls")) {
      Map<String, Integer> numbers = new HashMap<>();
      for (String line :
          new String(in.readAllBytes(), StandardCharsets.US_ASCII).lines().toList()) {
        if (!line.startsWith("#")) {
          String[] words = line.split(" ", 2);
          numbers.put(words[0], Integer.parseInt(words[1]));
        }
      }
      return numbers;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
