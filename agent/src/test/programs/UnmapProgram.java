import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.lang.reflect.Field;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import sun.misc.Unsafe;

/** Unmaps a file that another process has just cut, and one that it has not. */
public final class UnmapProgram {
  private UnmapProgram() {}

  public static void main(String[] args) throws Exception {
    Field field = Unsafe.class.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    Unsafe unsafe = (Unsafe) field.get(null);
    for (String name : new String[] {"cut.dat", "whole.dat"}) {
      Path path = Path.of(args[0]).resolve(name);
      MappedByteBuffer mapped;
      try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE)) {
        mapped = channel.map(MapMode.READ_WRITE, 0, 77_777);
      }
      if (name.equals("cut.dat")) {
        new ProcessBuilder("truncate", "-s", "4097", path.toString()).start().waitFor();
      }
      unsafe.invokeCleaner(mapped);
    }
  }
}
