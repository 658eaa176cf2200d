import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.sun.nio.file.ExtendedOpenOption;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.util.Random;

/** Random O_DIRECT reads of 4 KiB of a file, into a mapping of another file or into memory. */
public final class DirectReads {
  private static final int BLOCK = 4096;
  private static final int READS = 400;

  private DirectReads() {}

  public static void main(String[] args) throws Exception {
    Path source = Path.of(args[0]);
    Random random = new Random(7);
    try (FileChannel disk = FileChannel.open(source, READ, ExtendedOpenOption.DIRECT);
        FileChannel target = FileChannel.open(Path.of(args[1]), READ, WRITE)) {
      ByteBuffer buffer =
          args[2].equals("mapped")
              ? target.map(MapMode.READ_WRITE, 0, 1 << 20).slice(BLOCK, BLOCK)
              : ByteBuffer.allocateDirect(2 * BLOCK).alignedSlice(BLOCK).limit(BLOCK).slice();
      int blocks = (int) (disk.size() / BLOCK);
      Slices.serve(
          () -> {
            for (int i = 0; i < READS; i++) {
              disk.read(buffer.clear(), (long) random.nextInt(blocks) * BLOCK);
            }
          });
    }
  }
}
