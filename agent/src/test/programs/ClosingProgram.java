import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Recording;

/** Deletes a file and, if it is told to, closes all recordings, or appends lines to a file. */
public final class ClosingProgram {
  private ClosingProgram() {}

  public static void main(String[] args) throws Exception {
    Path file = Files.write(Path.of(args[0]).resolve("a.dat"), new byte[77_777]);
    Files.delete(file);
    if (Boolean.getBoolean("closing")) {
      for (Recording recording : FlightRecorder.getFlightRecorder().getRecordings()) {
        recording.close();
      }
    }
    String lines = System.getProperty("lines");
    if (lines != null) {
      Path told = Path.of(args[0]).resolve("told.hazards");
      Files.write(told, Files.readAllBytes(Path.of(lines)), StandardOpenOption.APPEND);
    }
    Thread.sleep(1500);
  }
}
