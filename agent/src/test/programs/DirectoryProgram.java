import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Truncates, renames and deletes relative to an open folder, and leaves a stream to the collector.
 */
public final class DirectoryProgram {
  private DirectoryProgram() {}

  public static void main(String[] args) throws Exception {
    Path folder = Files.createDirectory(Path.of(args[0]).resolve("sub"));
    Path kept = Files.write(folder.resolve("kept.dat"), new byte[4_567]);
    Path gone = Files.write(folder.resolve("gone.dat"), new byte[10]);
    Path lost = Files.write(folder.resolve("lost.dat"), new byte[10]);
    System.out.println("kept " + Stat.of(kept));
    System.out.println("gone " + Stat.of(gone));
    System.out.println("lost " + Stat.of(lost));
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
      SecureDirectoryStream<Path> directory = (SecureDirectoryStream<Path>) stream;
      Set<OpenOption> options = Set.of(WRITE, TRUNCATE_EXISTING);
      directory.newByteChannel(kept.getFileName(), options).close(); // line openAt
      directory.move(kept.getFileName(), directory, Path.of("moved.dat")); // line renameAt
      directory.deleteFile(gone.getFileName()); // line unlinkAt
    }
    leave(lost);
    Files.delete(lost);
    for (int i = 0; i < 500 && isOpen("lost.dat"); i++) {
      System.gc();
      Thread.sleep(5);
    }
  }

  @SuppressWarnings("resource")
  private static void leave(Path path) throws Exception {
    new FileInputStream(path.toFile()).read();
  }

  private static boolean isOpen(String name) throws Exception {
    try (Stream<Path> links = Files.list(Path.of("/proc/self/fd"))) {
      return links.anyMatch(link -> target(link).contains(name));
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException e) {
      return "";
    }
  }
}
