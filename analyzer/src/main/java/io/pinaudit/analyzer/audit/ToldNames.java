package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.run.RunDescription;
import io.pinaudit.run.SharedText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The names under which findings were told while their run was watched, {@code F1} and so on, by
 * fingerprint. They are in a file of the run directory, so that every later report uses the same
 * names.
 *
 * <p>Several watchers of one run may add names: each appends lines, and of two lines about one
 * fingerprint or one name the first counts. Confined to one thread.
 */
public final class ToldNames {
  /** The file's name in a run directory. */
  public static final String FILE_NAME = "told.names";

  /** {@code F3 8c3f0e1a52b7d964-2}. */
  private static final Pattern LINE = Pattern.compile("(F\\d{1,7}) ([0-9a-f]{16}(-\\d{1,7})?)");

  private static final int MOST_BYTES = 1 << 20;

  private final Path file; // null if names are only remembered
  private final Map<String, String> names = new HashMap<>();
  private final Set<String> taken = new HashSet<>();

  private ToldNames(Path file) {
    this.file = file;
  }

  /** Returns the names of one run; none if the inputs are not one run directory. */
  static ToldNames of(Inputs inputs) {
    boolean one = inputs.names().size() == 1 && Files.isDirectory(inputs.names().getFirst());
    ToldNames told = new ToldNames(null);
    if (one) {
      told.read(inputs.names().getFirst().resolve(FILE_NAME));
    }
    return told;
  }

  /**
   * Returns the names of a run that is watched. New ones are written down if the run goes on;
   * otherwise, or if that is not possible, they are only remembered.
   *
   * @param run the description of the run as it begins to be watched
   */
  public static ToldNames of(Path directory, RunDescription run) {
    Path file = directory.resolve(FILE_NAME);
    ToldNames told = new ToldNames(run.endNanos() < 0 ? file : null);
    told.read(file);
    return told;
  }

  private void read(Path from) {
    try {
      if (Files.size(from) > MOST_BYTES) {
        return;
      }
      for (String line : Files.readAllLines(from, StandardCharsets.ISO_8859_1)) {
        Matcher matcher = LINE.matcher(line);
        if (matcher.matches()
            && !names.containsKey(matcher.group(2))
            && taken.add(matcher.group(1))) {
          names.put(matcher.group(2), matcher.group(1));
        }
      }
    } catch (IOException e) {
      // Nothing was told yet, or it cannot be known: a report needs no names.
      return;
    }
  }

  /** Returns the name of a finding, which is new if the finding was not told before. */
  public String of(Finding finding) {
    String print = finding.fingerprint();
    for (int i = 0; !names.containsKey(print); i++) {
      String name = nextFree();
      if (file == null || !written(name + " " + print) || i > taken.size()) {
        names.put(print, name);
        taken.add(name);
      }
    }
    return names.get(print);
  }

  private String nextFree() {
    int number = 1;
    while (taken.contains("F" + number)) {
      number++;
    }
    return "F" + number;
  }

  /** Writes a line and reads those of other watchers; returns whether it could be written. */
  private boolean written(String line) {
    try {
      SharedText.append(file, line + "\n");
      read(file);
      return true;
    } catch (IOException e) {
      // A full disk, or a folder that is not ours: the name is remembered.
      return false;
    }
  }

  /** Returns findings under the names under which they were told; the others get further names. */
  public List<Finding> given(List<Finding> findings) {
    Set<String> used = new HashSet<>(taken);
    List<Finding> named = new ArrayList<>();
    int number = 0;
    for (Finding finding : findings) {
      String name = names.get(finding.fingerprint());
      while (name == null) {
        number++;
        name = used.add("F" + number) ? "F" + number : null;
      }
      named.add(name.equals(finding.id()) ? finding : finding.named(name));
    }
    return List.copyOf(named);
  }
}
