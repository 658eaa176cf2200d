import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Does a bit of everything that is hooked, fails at some of it, and prints what it sees. */
public final class OrdinaryProgram {
  private OrdinaryProgram() {}

  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]).resolve("ordinary.dat");
    Files.writeString(path, "ordinary");
    try (FileChannel channel =
        FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer buffer = channel.map(FileChannel.MapMode.READ_WRITE, 0, 8);
      buffer.put(0, (byte) 'O');
      channel.truncate(5);
      System.out.println(channel.size());
    }
    System.out.println(Files.readString(path));
    Files.delete(path);
    try {
      Files.delete(path);
    } catch (NoSuchFileException e) {
      System.out.println("gone");
    }
    System.out.println(new String(new byte[] {79, 75}, "US-ASCII"));
  }
}
