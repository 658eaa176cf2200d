package io.pinaudit.fleet.report;

import io.pinaudit.fleet.find.RunFile;
import java.util.ArrayList;
import java.util.List;

/** The command that shows a finding in the recordings that it was found in. */
public final class Reproduce {
  private Reproduce() {}

  /**
   * Returns a line for a shell, which unpacks what is packed.
   *
   * @param paths where the recordings of the timeline lie
   * @param finding its number there
   */
  public static String command(List<String> paths, String finding) {
    List<String> steps = new ArrayList<>();
    StringBuilder explain = new StringBuilder("pinaudit explain");
    for (int i = 0; i < paths.size(); i++) {
      String run = quoted(paths.get(i));
      if (paths.get(i).endsWith(RunFile.Archive.SUFFIX)) {
        String folder = "run" + (i + 1);
        steps.add("mkdir %s && zstd -dc %s | tar x -C %s".formatted(folder, run, folder));
        run = folder;
      }
      explain.append(' ').append(run);
    }
    steps.add(explain.append(' ').append(finding).toString());
    return String.join(" && ", steps);
  }

  /** Returns a word as a shell reads it. */
  static String quoted(String word) {
    return word.matches("[\\w./:=@%+,-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
