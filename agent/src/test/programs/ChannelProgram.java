import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.FileOutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Maps, transfers, truncates, deletes and closes through the JDK; prints what the system says of
 * it.
 */
public final class ChannelProgram {
  private static final int SIZE = 1_999_993;

  private ChannelProgram() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Path mapped = folder.resolve("mapped.dat");
    Path other = folder.resolve("other.dat");
    System.out.println("tid " + Files.readSymbolicLink(Path.of("/proc/thread-self")).getFileName());
    transfer(mapped, other);
    // Nobody refers to the buffer any more: the next collections unmap it.
    for (int i = 0; i < 500 && isMapped(); i++) {
      System.gc();
      Thread.sleep(5);
    }
    try (RandomAccessFile file = new RandomAccessFile(mapped.toFile(), "rw")) {
      file.setLength(777_777); // line setLength
    }
    new FileOutputStream(other.toFile()).close(); // line stream
    Files.newOutputStream(mapped).close(); // line newOutputStream
    try (RandomAccessFile file = new RandomAccessFile(mapped.toFile(), "r")) {
      Files.delete(mapped); // line delete
      file.close(); // line close
    }
    Path fresh = Files.createFile(folder.resolve("fresh.dat"));
    Files.move(fresh, other, StandardCopyOption.REPLACE_EXISTING); // line move
    other.toFile().delete(); // line fileDelete
  }

  private static void transfer(Path mapped, Path other) throws Exception {
    try (FileChannel channel = FileChannel.open(mapped, CREATE, READ, WRITE);
        FileChannel storage = FileChannel.open(other, CREATE, READ, WRITE)) {
      MappedByteBuffer buffer = channel.map(MapMode.READ_WRITE, 4097, SIZE); // line map
      stat("mapped", mapped);
      stat("other", other);
      storage.write(buffer.slice(3, 12_345), 77); // line write
      storage.position(50);
      storage.read(buffer.slice(8192, 333)); // line read
      ByteBuffer[] buffers = {buffer.slice(1, 7), ByteBuffer.allocate(5), buffer.slice(9, 4)};
      storage.read(buffers); // line scatter
      storage.write(ByteBuffer.allocateDirect(999), 0);
      channel.truncate(SIZE); // line truncate
    }
  }

  private static boolean isMapped() throws Exception {
    Path maps = Path.of("/proc/self/maps");
    return Files.readString(maps, StandardCharsets.ISO_8859_1).contains("mapped.dat");
  }

  private static void stat(String name, Path path) throws Exception {
    System.out.println(name + " " + Stat.of(path));
  }
}
