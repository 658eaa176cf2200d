import java.io.File;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import org.agrona.IoUtil;
import org.agrona.MarkFile;
import org.agrona.concurrent.MappedResizeableBuffer;

/** Maps by address, with native methods of the JDK found by reflection, and by buffer. */
public final class Agrona {
  private Agrona() {}

  public static void main(String[] args) throws Exception {
    File file = new File(args[0], "mapped.dat");
    MappedByteBuffer buffer = IoUtil.mapNewFile(file, 99_999);
    buffer.putLong(8, 1);
    IoUtil.unmap(buffer);
    try (RandomAccessFile random = new RandomAccessFile(file, "rw")) {
      FileChannel channel = random.getChannel();
      long address = IoUtil.map(channel, MapMode.READ_WRITE, 4096, 8192);
      IoUtil.unmap(channel, address, 8192);
      try (MappedResizeableBuffer resizeable = new MappedResizeableBuffer(channel, 0, 65_536)) {
        resizeable.putInt(7, 5);
        resizeable.resize(20_000);
      }
      IoUtil.fill(channel, 0, 50_000, (byte) 1);
    }
    MarkFile mark = new MarkFile(IoUtil.mapNewFile(new File(args[0], "mark.dat"), 4096), 0, 8);
    mark.signalReady(1);
    mark.close();
    IoUtil.deleteIfExists(file);
  }
}
