import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Reads into a mapping, often from one line, and once right after another file was cut. */
public class StacksProgram {
  private static final int OFTEN = 400;
  private static final int SIZE = 4567;

  /** If a busy machine held up the cut for longer, the read does not come right after it. */
  private static final long HELD_UP_NANOS = 500_000;

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Path source = Files.write(folder.resolve("source"), new byte[SIZE]);
    Path target = Files.write(folder.resolve("target"), new byte[SIZE]);
    try (FileChannel reads = FileChannel.open(source);
        FileChannel mapped =
            FileChannel.open(target, StandardOpenOption.READ, StandardOpenOption.WRITE);
        RandomAccessFile other = new RandomAccessFile(folder.resolve("other").toFile(), "rw")) {
      MappedByteBuffer memory = mapped.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
      other.setLength(OFTEN);
      Thread.sleep(5);
      for (int i = 0; i < OFTEN; i++) {
        memory.clear();
        reads.read(memory, 0); // line often
      }
      int cuts = 0;
      long heldUpNanos;
      do {
        long start = System.nanoTime();
        other.setLength(OFTEN - ++cuts);
        memory.clear();
        heldUpNanos = System.nanoTime() - start;
        reads.read(memory, 0); // line afterCut
      } while (heldUpNanos > HELD_UP_NANOS && cuts < OFTEN);
      System.out.println("cuts " + cuts);
      Thread.sleep(20);
      memory.clear();
      reads.read(memory, 0); // line later
      memory.clear();
    }
  }
}
