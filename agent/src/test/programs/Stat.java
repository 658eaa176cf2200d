import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** What stat(1) says of a file. */
final class Stat {
  private Stat() {}

  /** Major and minor number of the device, and the inode. */
  static String of(Path path) throws Exception {
    Process process = new ProcessBuilder("stat", "-c", "%Hd %Ld %i", path.toString()).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
  }
}
