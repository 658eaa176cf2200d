import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.util.internal.PlatformDependent;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Buffers around mappings, written to and read from files, unmapped by its cleaner. */
public final class Netty {
  private Netty() {}

  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]).resolve("mapped.dat");
    Path other = Path.of(args[0]).resolve("other.dat");
    try (FileChannel channel = open(path);
        FileChannel target = open(other)) {
      MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 1 << 16);
      ByteBuf wrapped = Unpooled.wrappedBuffer(mapped);
      wrapped.readBytes(target, 0, 10_000);
      wrapped.clear().writeBytes(target, 100, 5000);
      ByteBuf composite =
          Unpooled.wrappedBuffer(
              Unpooled.wrappedBuffer(mapped.slice(0, 100)),
              PooledByteBufAllocator.DEFAULT.directBuffer().writeZero(200));
      composite.readBytes(target, 300);
      PlatformDependent.freeDirectBuffer(mapped);
      target.truncate(4000);
    }
  }

  private static FileChannel open(Path path) throws Exception {
    return FileChannel.open(
        path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }
}
