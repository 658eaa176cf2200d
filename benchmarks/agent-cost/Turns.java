import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * Runs one program in several JVMs that work in turns, a slice each, and compares how long the
 * slices took: what else the machine does, and what its disk has a mind to, meets all alike.
 *
 * <p>Arguments: turns, the name, then the options of each JVM as one argument each, separated by
 * blanks; the first is what the others are divided by; then {@code --} and the program with its
 * arguments. The first quarter of the turns is the compiler's.
 */
public final class Turns {
  private record Worker(String options, Process process, BufferedReader out) {}

  private Turns() {}

  public static void main(String[] args) throws Exception {
    int turns = Integer.parseInt(args[0]);
    int dashes = List.of(args).indexOf("--");
    List<String> ways = List.of(args).subList(2, dashes);
    List<String> program = List.of(args).subList(dashes + 1, args.length);
    List<Worker> workers = new ArrayList<>();
    for (String way : ways) {
      workers.add(start(way, program));
    }
    long[][] nanos = new long[ways.size()][turns];
    long[][] cpuNanos = new long[ways.size()][turns];
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < ways.size(); i++) {
      order.add(i);
    }
    Random random = new Random(1);
    for (int turn = 0; turn < turns; turn++) {
      Collections.shuffle(order, random);
      for (int worker : order) {
        String[] times = slice(workers.get(worker)).split(" ");
        nanos[worker][turn] = Long.parseLong(times[0]);
        cpuNanos[worker][turn] = Long.parseLong(times[1]);
      }
    }
    for (Worker worker : workers) {
      worker.process.getOutputStream().close();
      if (worker.process.waitFor() != 0) {
        throw new IllegalStateException(
            worker.options + " ended with " + worker.process.exitValue());
      }
    }
    print(args[1] + ", wall clock", nanos);
    print(args[1] + ", CPU time", cpuNanos);
  }

  private static Worker start(String way, List<String> program) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(new File(System.getProperty("java.home"), "bin/java").toString());
    Arrays.stream(way.split(" ")).filter(word -> !word.isEmpty()).forEach(command::add);
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
      throw new IllegalStateException("worker " + worker.options + " has ended");
    }
    return line;
  }

  private static void print(String name, long[][] nanos) {
    int from = nanos[0].length / 4;
    String[] labels = {"bare", "agent", "agent, recording", "bare again"};
    for (int way = 0; way < nanos.length; way++) {
      double[] ratios = new double[nanos[0].length - from];
      long[] times = Arrays.copyOfRange(nanos[way], from, nanos[way].length);
      for (int i = 0; i < ratios.length; i++) {
        ratios[i] = (double) nanos[way][from + i] / nanos[0][from + i];
      }
      Arrays.sort(ratios);
      Arrays.sort(times);
      System.out.printf(
          "%-34s %-17s median %8.2f ms a slice, ratio of turns %.4f (quartiles %.4f to %.4f), of"
              + " sums %.4f%n",
          name,
          labels[way],
          times[times.length / 2] / 1e6,
          ratios[ratios.length / 2],
          ratios[ratios.length / 4],
          ratios[ratios.length * 3 / 4],
          (double) Arrays.stream(times).sum()
              / Arrays.stream(nanos[0], from, nanos[0].length).sum());
    }
  }
}
