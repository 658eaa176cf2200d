package io.pinaudit.lab.cases;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the cases of the truth table's page-cache half that are for one JVM: {@code CachedCases
 * TABLE JVM LIBRARY FILE_SYSTEM=DIRECTORY…}.
 *
 * <p>Each case measures its truth without pinaudit and prints it as the other half does ({@code
 * lab/matrix.d/main.c}), with the name of the process that cut the file as one more field. Its
 * truths: {@code faults} (pages of the mapping fault), {@code overwritten} (a request wrote into
 * memory of others), {@code orphaned} (a pipe has pages that are no file's any more), {@code
 * unbacked} (a page faults although the file was not cut), {@code nothing}, {@code absent}, {@code
 * failed}.
 */
public final class CachedCases {
  private static final int MARGIN_MILLIS = 3;

  private CachedCases() {}

  /** Runs the cases; the class describes the arguments. */
  @SuppressWarnings("restricted")
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> arguments = Arrays.asList(args);
    System.load(Path.of(arguments.get(2)).toAbsolutePath().toString());
    Map<String, Path> places = new HashMap<>();
    for (String place : arguments.subList(3, arguments.size())) {
      int equals = place.indexOf('=');
      places.put(place.substring(0, equals), Path.of(place.substring(equals + 1)));
    }
    for (CachedRow row : CachedRow.of(Path.of(arguments.getFirst()), arguments.get(1))) {
      run(row, places);
    }
  }

  private static void run(CachedRow row, Map<String, Path> places) throws InterruptedException {
    CachedAct act = CachedAct.ALL.get(row.by() + "/" + row.act());
    long startNanos = System.nanoTime();
    String file = "0:0\t0";
    String truth;
    if (places.containsKey(row.fileSystem())) {
      try (CachedScene scene = new CachedScene(places, row)) {
        file = scene.id();
        act.act(scene);
        truth = scene.truth();
      } catch (UnsupportedOperationException e) {
        truth = "absent\t" + e.getMessage();
      } catch (IOException | RuntimeException e) {
        truth = "failed\t" + e + (e.getCause() == null ? "" : ": " + e.getCause());
      }
    } else {
      truth = "absent\tno " + row.fileSystem() + " here";
    }
    Thread.sleep(MARGIN_MILLIS);
    System.out.printf(
        "case\t%s\t%d\t%d\t%s\t%s\t%s%n",
        row.name(), startNanos, System.nanoTime(), file, truth, act.culprit());
    Thread.sleep(MARGIN_MILLIS);
  }
}
