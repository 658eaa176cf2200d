import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Watches a load and holds what is told against what happened: {@code java Soak.java RUN COMMAND…}.
 * Prints how many hazards were missed, how many were invented, how long after the fact each was
 * told, and how much disk and memory the watch took; exits with 1 if a goal was missed.
 */
public final class Soak {
  private static final long LATEST_MILLIS = 3_000;
  private static final long SAMPLE_MILLIS = 5_000;
  private static final Pattern FACT = Pattern.compile("FACT (\\w+) (\\d+) (\\d+)");
  private static final Pattern FIRST = Pattern.compile("(F\\d+) (\\w+) \\[.*]");
  private static final Pattern AGAIN =
      Pattern.compile("(F\\d+) (\\w+) \\[.*], ([\\d,]+) so far, .*");
  private static final Pattern WHERE = Pattern.compile("  where +\\S*/([a-z]+)-\\d+ .*");
  private static final Pattern COUNTED = Pattern.compile("  again +([\\d,]+) more .*");

  /** Which rules are to find a kind of hazard; the last may, too. */
  private static final Map<String, List<String>> RULES =
      Map.of(
          "cut", List.of("TruncatedBelowMapping"),
          "unmap", List.of("UnmappedWhilePinned"),
          "free", List.of("FreedWhilePinned", "OrphanedWhilePinned", "ReusedWhilePinned"));

  /** What a watch has told of one finding. */
  private static final class Told {
    private final String rule;
    private String kind = "?";
    private final List<Long> atMillis = new ArrayList<>();
    private long atEnd;

    private Told(String rule) {
      this.rule = rule;
    }
  }

  private final Path run;
  private final Map<String, List<Long>> facts = new TreeMap<>();
  private final Map<String, Told> told = new TreeMap<>();
  private final List<String> others = new ArrayList<>();
  private long mostDisk;
  private long mostMemory;
  private volatile boolean over;
  private boolean last;
  private Told current;

  private Soak(Path run) {
    this.run = run;
  }

  public static void main(String[] args) throws Exception {
    Soak soak = new Soak(Path.of(args[0]));
    soak.watch(Arrays.asList(args).subList(1, args.length));
    System.exit(soak.judge() ? 0 : 1);
  }

  private void watch(List<String> command) throws Exception {
    Process watch = new ProcessBuilder(command).redirectErrorStream(true).start();
    Thread sampler = Thread.ofPlatform().daemon().start(() -> sample(watch));
    try (BufferedReader in = watch.inputReader(StandardCharsets.UTF_8);
        var copy = Files.newBufferedWriter(run.resolveSibling("lines"))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        long now = System.currentTimeMillis();
        copy.write(now + " " + line + "\n");
        copy.flush();
        read(line, now);
      }
    }
    watch.waitFor();
    over = true;
    sampler.join();
  }

  private void read(String line, long now) {
    Matcher fact = FACT.matcher(line);
    Matcher first = FIRST.matcher(line);
    Matcher again = AGAIN.matcher(line);
    Matcher where = WHERE.matcher(line);
    Matcher counted = COUNTED.matcher(line);
    if (fact.matches()) {
      facts
          .computeIfAbsent(fact.group(1), _ -> new ArrayList<>())
          .add(Long.parseLong(fact.group(3)));
    } else if (again.matches()) {
      tell(told.get(again.group(1)), number(again.group(3)), now);
    } else if (first.matches()) {
      // A name that was told before begins the report of the end.
      last |= told.containsKey(first.group(1));
      current = told.computeIfAbsent(first.group(1), _ -> new Told(first.group(2)));
      if (last) {
        current.atEnd = 1;
      }
      tell(current, 1, now);
    } else if (where.matches() && current != null) {
      current.kind = where.group(1);
    } else if (counted.matches() && current != null) {
      long count = number(counted.group(1)) + 1;
      current.atEnd = last ? count : 0;
      tell(current, count, now);
    } else if (line.matches(
        "\\d+ findings?.*|  (not sure|note|applied|ruled out|not applied).*|pinaudit: .*")) {
      others.add(line);
    }
  }

  private static void tell(Told one, long count, long now) {
    while (one.atMillis.size() < count) {
      one.atMillis.add(now);
    }
  }

  private static long number(String text) {
    return Long.parseLong(text.replace(",", ""));
  }

  private void sample(Process watch) {
    try {
      for (int i = 0; !over; i++) {
        mostMemory = Math.max(mostMemory, residentKilobytes(watch));
        mostDisk = Math.max(mostDisk, diskKilobytes());
        if (i % 60 == 59) {
          System.out.printf(
              "%d min: %,d KiB of disk, %,d KiB of memory at most%n",
              (i + 1) / 12, mostDisk, mostMemory);
        }
        for (long until = System.nanoTime() + SAMPLE_MILLIS * 1_000_000;
            !over && System.nanoTime() < until; ) {
          TimeUnit.MILLISECONDS.sleep(200);
        }
      }
    } catch (IOException | InterruptedException e) {
      System.out.println("not sampled any more: " + e);
    }
  }

  /** The launcher becomes the watch. */
  private static long residentKilobytes(Process watch) throws IOException {
    Path status = Path.of("/proc/" + watch.pid() + "/status");
    if (!Files.exists(status)) {
      return 0;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("VmRSS:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .findFirst()
        .orElse(0);
  }

  /** Without the copies that are made of the surroundings of findings. */
  private long diskKilobytes() throws IOException, InterruptedException {
    Process du =
        new ProcessBuilder("du", "-sk", "--exclude=F[0-9]*", run.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    String text = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    du.waitFor();
    return text.isEmpty() ? 0 : Long.parseLong(text.split("\\s")[0]);
  }

  private boolean judge() {
    others.forEach(line -> System.out.println("  " + line));
    long invented = 0;
    Map<String, List<Long>> heard = new HashMap<>();
    Map<String, Long> ends = new HashMap<>();
    for (var entry : told.entrySet()) {
      Told one = entry.getValue();
      System.out.printf(
          "%s %s of %s: %d told, %d at the end%n",
          entry.getKey(), one.rule, one.kind, one.atMillis.size(), one.atEnd);
      List<String> rules = RULES.getOrDefault(one.kind, List.of());
      if (!rules.contains(one.rule)) {
        invented += one.atMillis.size();
      } else if (!one.rule.equals("ReusedWhilePinned")) {
        heard.computeIfAbsent(one.kind, _ -> new ArrayList<>()).addAll(one.atMillis);
        ends.merge(one.kind, one.atEnd, Long::sum);
      }
    }
    long missed = 0;
    long late = 0;
    List<Long> delays = new ArrayList<>();
    for (var entry : facts.entrySet()) {
      List<Long> times = heard.getOrDefault(entry.getKey(), new ArrayList<>());
      times.sort(null);
      int happened = entry.getValue().size();
      missed += Math.max(0, happened - times.size());
      invented += Math.max(0, times.size() - happened);
      for (int i = 0; i < Math.min(happened, times.size()); i++) {
        delays.add(times.get(i) - entry.getValue().get(i));
      }
    }
    delays.sort(null);
    late = delays.stream().filter(one -> one > LATEST_MILLIS).count();
    int all = facts.values().stream().mapToInt(List::size).sum();
    System.out.printf(
        "%d hazards: %d missed, %d invented, %d told later than 3 s%n",
        all, missed, invented, late);
    if (!delays.isEmpty()) {
      System.out.printf(
          "told after %d ms at least, %d median, %d at most%n",
          delays.getFirst(), delays.get(delays.size() / 2), delays.getLast());
    }
    System.out.printf(
        "run directory at most %.1f MiB, watch at most %.0f MiB resident%n",
        mostDisk / 1024.0, mostMemory / 1024.0);
    return all > 0 && missed + invented + late == 0;
  }
}
