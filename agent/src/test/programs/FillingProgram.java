import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.jfr.FlightRecorder;
import jdk.jfr.RecordingState;

/** Fills the disk, first nearly and then to its end, and says what has become of its recording. */
public final class FillingProgram {
  private static final int NEARLY = 16; // a part of the disk

  private FillingProgram() {}

  public static void main(String[] args) throws Exception {
    File disk = new File(System.getProperty("disk"));
    Files.delete(Files.createFile(Path.of(args[0]).resolve("seen")));
    try (FileOutputStream ballast = new FileOutputStream(new File(disk, "ballast"))) {
      byte[] some = new byte[1 << 15];
      while (disk.getUsableSpace() > disk.getTotalSpace() / NEARLY) {
        ballast.write(some);
      }
      for (int i = 0; i < 40 && isRecording(); i++) {
        Thread.sleep(100);
      }
      System.out.println("recording " + isRecording());
      Thread.sleep(300); // in which the heartbeat says so
      try {
        while (true) {
          ballast.write(some);
        }
      } catch (IOException e) {
        System.out.println("full " + disk.getUsableSpace());
      }
    }
    Files.delete(Files.createFile(Path.of(args[0]).resolve("unseen")));
  }

  private static boolean isRecording() {
    return FlightRecorder.getFlightRecorder().getRecordings().stream()
        .anyMatch(one -> one.getState() == RecordingState.RUNNING);
  }
}
