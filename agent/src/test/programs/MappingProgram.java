import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import jdk.nio.mapmode.ExtendedMapMode;
import sun.misc.Unsafe;

/** Maps in every mode and unmaps in every way; truncates, renames and deletes in the rarer ways. */
public final class MappingProgram {
  private MappingProgram() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Path path = Files.write(folder.resolve("mapped.dat"), new byte[99_999]);
    System.out.println("mapped " + Stat.of(path));
    modes(path);
    MappedByteBuffer pages = unsafe(path);
    pages.put(3, (byte) 7);
    names(folder);
    clean((MappedByteBuffer) pages); // line invokeCleanerLast
  }

  private static void modes(Path path) throws Exception {
    try (FileChannel channel = FileChannel.open(path, READ, WRITE)) {
      channel.map(MapMode.READ_ONLY, 0, 11_111); // line readOnly
      channel.map(MapMode.PRIVATE, 4096, 22_222); // line private
      sync(channel);
    }
  }

  /** Refused where the file is not on persistent memory. */
  private static void sync(FileChannel channel) {
    try {
      channel.map(ExtendedMapMode.READ_WRITE_SYNC, 0, 33_333); // line sync
      System.out.println("sync true");
    } catch (IOException | UnsupportedOperationException e) {
      System.out.println("sync false");
    }
  }

  private static MappedByteBuffer unsafe(Path path) throws Exception {
    try (FileChannel channel = FileChannel.open(path, READ, WRITE)) {
      MappedByteBuffer buffer = channel.map(MapMode.READ_WRITE, 8192, 44_444); // line kept
      ByteBuffer part = buffer.duplicate().position(4096).slice();
      try (FileChannel direct = FileChannel.open(path, READ, WRITE, ExtendedOpenOption.DIRECT)) {
        direct.read(part.slice(4096, 4096), 0); // line slice
      }
      MappedByteBuffer other = channel.map(MapMode.READ_WRITE, 0, 55_555);
      clean(other); // line invokeCleaner
      return buffer;
    }
  }

  private static void clean(MappedByteBuffer buffer) throws Exception {
    Field field = Unsafe.class.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    ((Unsafe) field.get(null)).invokeCleaner(buffer);
  }

  private static void names(Path folder) throws IOException, InterruptedException {
    Path temporary = folder.resolve("temporary.dat");
    FileChannel channel =
        FileChannel.open(temporary, CREATE, WRITE, DELETE_ON_CLOSE); // line deleteOnClose
    channel.write(ByteBuffer.allocate(777));
    channel.close(); // line lastClose
    Path from = Files.write(folder.resolve("from.dat"), new byte[10]);
    Path to = folder.resolve("to.dat");
    Files.newOutputStream(to).close(); // line created
    File moved = folder.resolve("moved.dat").toFile();
    check(from.toFile().renameTo(to.toFile())); // line renameTo
    check(to.toFile().renameTo(moved)); // line renameOnly
    check(!to.toFile().delete()); // line deleteNothing
    check(Files.deleteIfExists(moved.toPath())); // line deleteIfExists
    check(!Files.deleteIfExists(moved.toPath())); // line deleteNone
  }

  private static void check(boolean expected) {
    if (!expected) {
      throw new AssertionError();
    }
  }
}
