import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * Runs one program in several JVMs that work in turns, a slice each, and says how much longer the
 * program takes in each of them than in the first.
 *
 * <p>What else the machine does meets the slices of one turn alike. What a JVM is like for all its
 * life, by how it happened to compile and to lay out its memory, is another matter: two JVMs
 * without the agent differ by some percent. So one set of JVMs makes one ratio, new sets are
 * started until the time is up, and the ratios of the sets make a median and an interval of
 * confidence, by their order alone.
 *
 * <p>A ratio is 1 + (CPU time here − CPU time in the bare JVM) / wall-clock time in the bare JVM,
 * of the lower quartiles of a set's slices: a thread that makes one call after another is slower by
 * the CPU time that the calls cost more, and that is known better than how long the disk took. The
 * CPU time is that of all threads, JFR's as well.
 *
 * <p>Arguments: minutes, turns in a set, the name, then the options of each JVM as one argument
 * each, in front of them the ratio that is the goal and a colon, then {@code --} and the program
 * with its arguments. The first third of the turns is the compiler's.
 */
public final class Turns {
  private record Way(double goal, String options) {
    static Way parse(String text) {
      int colon = text.indexOf(':');
      return new Way(Double.parseDouble(text.substring(0, colon)), text.substring(colon + 1));
    }

    String label() {
      return options.isEmpty()
          ? "bare"
          : options.contains("StartFlightRecording") ? "agent, recording" : "agent";
    }
  }

  private record Worker(Way way, Process process, BufferedReader out) {}

  /** Of the slices of one JVM. */
  private record Times(double wallNanos, double cpuNanos) {}

  private Turns() {}

  public static void main(String[] args) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(Long.parseLong(args[0]));
    int turns = Integer.parseInt(args[1]);
    int dashes = List.of(args).indexOf("--");
    List<Way> ways = List.of(args).subList(3, dashes).stream().map(Way::parse).toList();
    List<String> program = List.of(args).subList(dashes + 1, args.length);
    List<List<Times>> sets = new ArrayList<>();
    do {
      sets.add(set(ways, program, turns, new Random(sets.size())));
      System.err.printf("%s: set %d%n", args[2], sets.size());
    } while (System.nanoTime() < end);
    for (int way = 1; way < ways.size(); way++) {
      print(args[2], ways.get(way), way, sets);
    }
  }

  /** One JVM for each way, all new. */
  private static List<Times> set(List<Way> ways, List<String> program, int turns, Random random)
      throws Exception {
    List<Worker> workers = new ArrayList<>();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      order.add(i);
      workers.add(null);
    }
    Collections.shuffle(order, random);
    for (int i : order) {
      workers.set(i, start(ways.get(i), program));
    }
    long[][] wall = new long[ways.size()][turns];
    long[][] cpu = new long[ways.size()][turns];
    for (int turn = 0; turn < turns; turn++) {
      Collections.shuffle(order, random);
      for (int worker : order) {
        String[] times = slice(workers.get(worker)).split(" ");
        wall[worker][turn] = Long.parseLong(times[0]);
        cpu[worker][turn] = Long.parseLong(times[1]);
      }
    }
    List<Times> all = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      end(workers.get(i));
      all.add(new Times(lowerQuartile(wall[i]), lowerQuartile(cpu[i])));
    }
    return all;
  }

  private static Worker start(Way way, List<String> program) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(new File(System.getProperty("java.home"), "bin/java").toString());
    Arrays.stream(way.options.split(" ")).filter(word -> !word.isEmpty()).forEach(command::add);
    command.addAll(program);
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    return new Worker(
        way, process, new BufferedReader(new InputStreamReader(process.getInputStream())));
  }

  private static String slice(Worker worker) throws Exception {
    worker.process.getOutputStream().write('\n');
    worker.process.getOutputStream().flush();
    String line = worker.out.readLine();
    if (line == null) {
      throw new IllegalStateException("the worker with " + worker.way + " has ended");
    }
    return line;
  }

  private static void end(Worker worker) throws Exception {
    worker.process.getOutputStream().close();
    if (worker.process.waitFor() != 0) {
      throw new IllegalStateException(worker.way + " ended with " + worker.process.exitValue());
    }
  }

  private static double lowerQuartile(long[] times) {
    long[] sorted = Arrays.copyOfRange(times, times.length / 3, times.length);
    Arrays.sort(sorted);
    return sorted[sorted.length / 4];
  }

  private static void print(String name, Way way, int index, List<List<Times>> sets) {
    double[] ratios = new double[sets.size()];
    double[] walls = new double[sets.size()];
    for (int i = 0; i < ratios.length; i++) {
      Times bare = sets.get(i).get(0);
      Times here = sets.get(i).get(index);
      ratios[i] = 1 + (here.cpuNanos - bare.cpuNanos) / bare.wallNanos;
      walls[i] = here.wallNanos / bare.wallNanos;
    }
    Arrays.sort(ratios);
    Arrays.sort(walls);
    int outer = outer(ratios.length);
    double low = ratios[outer];
    double high = ratios[ratios.length - 1 - outer];
    String verdict =
        way.options.isEmpty()
            ? "what the others are worth"
            : sets.size() < 6 || low <= way.goal && high > way.goal
                ? "undecided"
                : high <= way.goal ? "holds" : "fails";
    System.out.printf(
        "%-22s %-17s ratio %.4f (%.4f to %.4f with %.1f %% confidence, %d sets), goal %.2f: %s;"
            + " wall clock %.4f%n",
        name,
        way.label(),
        ratios[ratios.length / 2],
        low,
        high,
        100 * (1 - 2 * tail(ratios.length, outer)),
        ratios.length,
        way.goal,
        verdict,
        walls[walls.length / 2]);
  }

  /** How many ratios at either end lie outside the interval of 95 % confidence. */
  private static int outer(int count) {
    int outer = 0;
    while (tail(count, outer + 1) <= 0.025) {
      outer++;
    }
    return outer;
  }

  /** How likely it is that the true median lies beyond that many of them and one more. */
  private static double tail(int count, int outer) {
    double term = Math.pow(0.5, count);
    double sum = term;
    for (int i = 1; i <= outer; i++) {
      term *= (double) (count - i + 1) / i;
      sum += term;
    }
    return sum;
  }
}
