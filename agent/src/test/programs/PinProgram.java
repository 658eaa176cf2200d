import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.pinaudit.events.PinMarker;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;

/** Says what it pins, by the marker and by methods of its own that an option names. */
public final class PinProgram {
  private PinProgram() {}

  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]).resolve("mapped.dat");
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE)) {
      MappedByteBuffer buffer = channel.map(MapMode.READ_WRITE, 8192, 1_999_993);
      System.out.println("mapped " + Stat.of(path));
      ByteBuffer part = buffer.slice(4096, 12_345);
      PinMarker.pin(part, "card"); // line mark
      PinMarker.pin(buffer.slice(50_000, 10), "forgotten"); // line forget
      PinMarker.pin(ByteBuffer.allocate(10), "heap");
      PinMarker.unpin(part, "other"); // line unpinOther
      PinMarker.unpin(part, "card"); // line unmark
      Object region = register("region", buffer, 3.5); // line register
      release(1, region); // line release
      long handle = byAddress(7, 0x10_000, (short) 3, 333); // line byAddress
      drop(0x10_000); // line drop
      System.out.println("handle " + handle);
    }
  }

  /** Pins a buffer; returns what it is released by. */
  static Object register(String name, MappedByteBuffer buffer, double ignored) {
    return name + buffer.capacity() + ignored;
  }

  static void release(int ignored, Object region) {}

  static long byAddress(int ignored, long address, short alsoIgnored, int length) {
    return address + length + ignored + alsoIgnored;
  }

  static double drop(long address) {
    return address / 2.0;
  }
}
