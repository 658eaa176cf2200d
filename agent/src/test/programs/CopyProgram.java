import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies files, and sends datagrams and fills pipes out of a mapping. */
public final class CopyProgram {
  private static final int SIZE = 1_999_993;

  private CopyProgram() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Path source = Files.write(folder.resolve("source.dat"), new byte[SIZE]);
    System.out.println("source " + Stat.of(source));
    Path copy = Files.copy(source, folder.resolve("copy.dat")); // line copy
    System.out.println("copy " + Stat.of(copy));
    Files.copy(folder.resolve("source.dat"), copy, REPLACE_EXISTING); // line replace
    elsewhere(copy);
    try {
      Files.copy(source, folder.resolve("nowhere/copy.dat")); // line fails
      throw new AssertionError();
    } catch (IOException e) {
      Files.delete(copy);
    }
    try (FileChannel channel = FileChannel.open(source, READ, WRITE)) {
      MappedByteBuffer buffer = channel.map(MapMode.READ_WRITE, 0, SIZE);
      datagrams(buffer);
      pipe(buffer);
    }
  }

  /** To the memory's file system and back: what Files.move does then is to copy. */
  private static void elsewhere(Path copy) throws IOException {
    Path shared = Files.createTempFile(Path.of("/dev/shm"), "pinaudit", ".dat");
    Files.move(copy, shared, REPLACE_EXISTING); // line away
    Files.move(shared, copy); // line back
  }

  private static void datagrams(MappedByteBuffer buffer) throws IOException {
    try (DatagramChannel near = DatagramChannel.open();
        DatagramChannel far = DatagramChannel.open()) {
      far.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      near.send(buffer.slice(777, 333), far.getLocalAddress()); // line send
      far.receive(buffer.slice(8192, 444)); // line receive
      near.connect(far.getLocalAddress());
      far.connect(near.getLocalAddress());
      near.write(buffer.slice(11, 222)); // line write
      far.read(buffer.slice(4096, 222)); // line read
      near.write(new ByteBuffer[] {buffer.slice(5, 55), buffer.slice(900, 66)}); // line gather
      far.read(new ByteBuffer[] {buffer.slice(0, 100), buffer.slice(400, 100)}); // line scatter
      near.send(ByteBuffer.wrap(new byte[9]), far.getLocalAddress()); // line sendHeap
    }
  }

  private static void pipe(MappedByteBuffer buffer) throws IOException {
    Pipe pipe = Pipe.open();
    pipe.sink().write(buffer.slice(3, 999)); // line sink
    pipe.source().read(buffer.slice(12_288, 999)); // line source
    pipe.sink().close();
    pipe.source().close();
  }
}
