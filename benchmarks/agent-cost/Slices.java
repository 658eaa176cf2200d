import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;

/** The worker's side of {@link Turns}: does a slice of its work whenever it is told to. */
final class Slices {
  /** A slice of work, always the same amount. */
  interface Work {
    void run() throws Exception;
  }

  private Slices() {}

  /**
   * Reads a line, works, prints how many nanoseconds passed and how many of CPU time all threads of
   * the JVM took; until there are no lines.
   */
  static void serve(Work work) throws Exception {
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    var system =
        (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    while (lines.readLine() != null) {
      long start = System.nanoTime();
      long cpuStart = system.getProcessCpuTime();
      work.run();
      long nanos = System.nanoTime() - start;
      System.out.println(nanos + " " + (system.getProcessCpuTime() - cpuStart));
    }
  }
}
