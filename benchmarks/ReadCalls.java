import io.pinaudit.analyzer.jfr.JfrReader;
import io.pinaudit.analyzer.jfr.JfrRecording;
import io.pinaudit.analyzer.trace.JavaCall;
import java.nio.file.Path;

/**
 * Reads a recording and nothing else, and says how many calls it has and how much heap was in use
 * at most, looked at after each million: {@code java ReadCalls.java FILE}.
 */
final class ReadCalls {
  private static final int EVERY = 1_000_000;

  private ReadCalls() {}

  /** Does it. */
  public static void main(String... arguments) {
    JfrRecording recording = JfrReader.read(Path.of(arguments[0]));
    long calls = 0;
    long outOfOrder = 0;
    long last = Long.MIN_VALUE;
    long mostUsed = 0;
    for (JavaCall call : recording.calls()) {
      calls++;
      outOfOrder += call.started().nanos() < last ? 1 : 0;
      last = call.started().nanos();
      if (calls % EVERY == 0) {
        Runtime runtime = Runtime.getRuntime();
        mostUsed = Math.max(mostUsed, runtime.totalMemory() - runtime.freeMemory());
      }
    }
    System.out.printf("%,d Java calls%n", calls);
    System.out.printf("%,d out of order, %d MiB of heap in use%n", outOfOrder, mostUsed >> 20);
  }
}
