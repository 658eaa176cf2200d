import io.pinaudit.events.PinMarker;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import sun.misc.Unsafe;

/** Unmaps files while their pages are pinned, and while they are not. */
public final class KeepProgram {
  private static final int SIZE = 300_007;
  private static Path folder;
  private static Unsafe unsafe;

  private KeepProgram() {}

  public static void main(String[] args) throws Exception {
    folder = Path.of(args[0]);
    Field field = Unsafe.class.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    unsafe = (Unsafe) field.get(null);
    MappedByteBuffer free = map("free.dat");
    MappedByteBuffer pinned = map("pinned.dat");
    PinMarker.pin(pinned.slice(70_001, 4_099), "device");
    unsafe.invokeCleaner(free); // line free
    unsafe.invokeCleaner(pinned); // line pinned
    System.out.println("free " + mapped("free.dat"));
    System.out.println("pinned " + mapped("pinned.dat"));
    Process child = new ProcessBuilder("cat", "/proc/self/maps").start();
    System.out.println(
        "child " + new String(child.getInputStream().readAllBytes()).contains("pinned.dat"));
    Files.delete(folder.resolve("pinned.dat"));
    System.out.println("deleted " + mapped("pinned.dat"));
    Thread.sleep(50);
    System.out.println("later " + mapped("pinned.dat"));
    PinMarker.unpin(pinned.slice(70_001, 4_099), "device");
    for (int i = 0; i < 300 && !mapped("pinned.dat").equals("none"); i++) {
      Thread.sleep(10);
    }
    System.out.println("unpinned " + mapped("pinned.dat"));
    many();
    System.out.println("end");
  }

  /** More files than are kept. */
  private static void many() throws Exception {
    for (int i = 0; i < 70; i++) {
      MappedByteBuffer each = map("many-" + i + ".dat");
      PinMarker.pin(each, "device " + i);
      unsafe.invokeCleaner(each); // line many
    }
    int kept = 0;
    for (int i = 0; i < 70; i++) {
      kept += mapped("many-" + i + ".dat").equals("none") ? 0 : 1;
    }
    System.out.println("many " + kept);
  }

  private static MappedByteBuffer map(String name) throws Exception {
    try (FileChannel channel =
        FileChannel.open(
            folder.resolve(name),
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.allocate(SIZE));
      return channel.map(FileChannel.MapMode.READ_WRITE, 0, SIZE);
    }
  }

  /** How the file is mapped now: pages and access. */
  private static String mapped(String name) throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
      if (line.contains("/" + name)) {
        String[] range = line.substring(0, line.indexOf(' ')).split("-");
        long bytes = Long.parseLong(range[1], 16) - Long.parseLong(range[0], 16);
        return bytes / 4096 + " " + line.split(" ")[1];
      }
    }
    return "none";
  }
}
