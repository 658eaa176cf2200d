package io.pinaudit.agent.guard;

import io.pinaudit.events.Intervention;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.PatternSyntaxException;

/**
 * What the user asked the guard to do, and where.
 *
 * @param waitNanos how long a call may wait for what holds its bytes
 * @param paths of files that are guarded; empty for all files, and for memory of no file
 * @param classes prefixes of names of classes; the guard steps in only where one of them is among
 *     the innermost frames of the program; empty for all
 */
public record GuardRules(Mode mode, long waitNanos, List<PathMatcher> paths, List<String> classes) {
  /** What the guard does. */
  public enum Mode {
    /** Nothing. */
    OFF("off"),
    /** Lets every call go on, and says what the others would do. */
    REPORT(Intervention.REPORT),
    /** Keeps a file mapped while the kernel uses its pages, and lets cuts wait. */
    KEEP(Intervention.KEEP),
    /** Refuses the call. */
    FAIL(Intervention.FAIL),
    /** Lets the call wait, and refuses it when its time is over. */
    WAIT(Intervention.WAIT);

    private final String text;

    Mode(String text) {
      this.text = text;
    }

    /** Returns the rules in the words of options and events. */
    public String text() {
      return text;
    }
  }

  /** The rules of an agent without a guard. */
  public static final GuardRules OFF = new GuardRules(Mode.OFF, 0, List.of(), List.of());

  private static final long MOST_MILLIS = 60_000;
  private static final long KEEP_MILLIS = 10_000;
  private static final String FORMS = "report, keep, keep:MS, fail or wait:MS";

  /**
   * Parses the three options; null stands for an option that was not given.
   *
   * @param paths globs of absolute paths, separated by semicolons
   * @param classes names of classes or packages, separated by semicolons
   * @throws IllegalArgumentException whose message says which option is wrong
   */
  public static GuardRules parse(String guard, String paths, String classes) {
    if (guard == null) {
      if (paths != null || classes != null) {
        throw new IllegalArgumentException("guardpaths and guardclasses need the option guard");
      }
      return OFF;
    }
    int colon = guard.indexOf(':');
    Mode mode = mode(colon < 0 ? guard : guard.substring(0, colon));
    boolean takesTime = mode == Mode.KEEP || mode == Mode.WAIT;
    if (mode == null || colon >= 0 && !takesTime || colon < 0 && mode == Mode.WAIT) {
      String why = guard.startsWith("copy") ? ", which is not offered" : "";
      throw new IllegalArgumentException(
          "option guard is \"" + guard + "\"" + why + ", expected " + FORMS);
    }
    long millis = colon < 0 ? KEEP_MILLIS : millis(guard.substring(colon + 1));
    return new GuardRules(
        mode,
        TimeUnit.MILLISECONDS.toNanos(millis),
        matchers(words("guardpaths", paths)),
        words("guardclasses", classes));
  }

  private static Mode mode(String text) {
    for (Mode mode : Mode.values()) {
      if (mode != Mode.OFF && mode.text().equals(text)) {
        return mode;
      }
    }
    return null;
  }

  private static long millis(String text) {
    long millis = text.matches("\\d{1,6}") ? Long.parseLong(text) : 0;
    if (millis < 1 || millis > MOST_MILLIS) {
      throw new IllegalArgumentException(
          "option guard waits \"" + text + "\", expected 1 to " + MOST_MILLIS + " ms");
    }
    return millis;
  }

  private static List<PathMatcher> matchers(List<String> globs) {
    List<PathMatcher> matchers = new ArrayList<>();
    for (String glob : globs) {
      matchers.add(matcher(glob));
    }
    return List.copyOf(matchers);
  }

  private static PathMatcher matcher(String glob) {
    // Others match no absolute path: nothing would be guarded, and nobody told.
    if (!glob.startsWith("/") && !glob.startsWith("**") && !glob.startsWith("{")) {
      throw new IllegalArgumentException(
          "option guardpaths has \"" + glob + "\", expected absolute paths, as in /data/**");
    }
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + glob);
    } catch (PatternSyntaxException e) {
      // Its message has several lines.
      throw new IllegalArgumentException(
          "option guardpaths has \"" + glob + "\": " + e.getDescription(), e);
    }
  }

  /** Returns none only for an option that was not given: of one without a word all would count. */
  private static List<String> words(String option, String text) {
    List<String> words = new ArrayList<>();
    for (String word : text == null ? new String[0] : text.split(";", -1)) {
      if (!word.isBlank()) {
        words.add(word.trim());
      }
    }
    if (text != null && words.isEmpty()) {
      throw new IllegalArgumentException("option " + option + " names nothing");
    }
    return List.copyOf(words);
  }

  /** Returns whether others ask for the same; of globs only their number is known. */
  boolean isLike(GuardRules others) {
    return mode == others.mode
        && waitNanos == others.waitNanos
        && classes.equals(others.classes)
        && paths.size() == others.paths.size();
  }

  /**
   * Returns whether a file is guarded.
   *
   * @param path null if it is not known, or if the memory is that of no file
   */
  boolean selectsPath(String path) {
    if (paths.isEmpty()) {
      return true;
    }
    try {
      return path != null && selects(Path.of(path).normalize());
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /** A file may be named through a symbolic link; the last name is not followed. */
  private boolean selects(Path file) {
    if (matches(file)) {
      return true;
    }
    try {
      Path folder = file.getParent();
      return folder != null && matches(folder.toRealPath().resolve(file.getFileName()));
    } catch (IOException e) {
      return false;
    }
  }

  private boolean matches(Path file) {
    for (PathMatcher matcher : paths) {
      if (matcher.matches(file)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns whether calls from a stack are guarded.
   *
   * @param frames {@code Class.method}, innermost first
   */
  boolean selectsFrames(List<String> frames) {
    if (classes.isEmpty()) {
      return true;
    }
    for (String frame : frames) {
      for (String prefix : classes) {
        if (frame.startsWith(prefix)) {
          return true;
        }
      }
    }
    return false;
  }
}
