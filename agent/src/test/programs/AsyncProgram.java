import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.sun.nio.file.ExtendedOpenOption;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.channels.CompletionHandler;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Transfers asynchronously, directly, to sockets and from file to file. */
public final class AsyncProgram {
  private static final int SIZE = 1_999_993;

  private AsyncProgram() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    Path mapped = folder.resolve("mapped.dat");
    Path other = folder.resolve("other.dat");
    try (FileChannel channel = FileChannel.open(mapped, CREATE, READ, WRITE)) {
      MappedByteBuffer buffer = channel.map(MapMode.READ_WRITE, 0, SIZE); // line map
      System.out.println("mapped " + Stat.of(mapped));
      asynchronous(buffer, other);
      direct(buffer, folder.resolve("direct.dat"));
      socket(buffer, channel);
      transfer(channel, folder.resolve("target.dat"));
    }
  }

  private static void asynchronous(MappedByteBuffer buffer, Path other) throws Exception {
    try (AsynchronousFileChannel channel =
        AsynchronousFileChannel.open(other, CREATE, READ, WRITE)) {
      System.out.println("other " + Stat.of(other));
      int written = channel.write(buffer.slice(11, 33_333), 55).get(); // line asyncWrite
      CountDownLatch done = new CountDownLatch(1);
      CompletionHandler<Integer, Void> handler =
          new CompletionHandler<>() {
            @Override
            public void completed(Integer result, Void attachment) {
              done.countDown();
            }

            @Override
            public void failed(Throwable error, Void attachment) {
              error.printStackTrace();
            }
          };
      channel.read(buffer.slice(4096, 12_321), 66, null, handler); // line asyncRead
      done.await();
      channel.write(ByteBuffer.wrap(new byte[99]), 0).get(); // line asyncHeap
      System.out.println("written " + written);
    }
  }

  private static void direct(MappedByteBuffer buffer, Path path) throws IOException {
    try (FileChannel channel =
        FileChannel.open(path, CREATE, READ, WRITE, ExtendedOpenOption.DIRECT)) {
      ByteBuffer memory = ByteBuffer.allocateDirect(12_288).alignedSlice(4096);
      channel.write(memory.slice(0, 8192), 4096); // line directWrite
      channel.read(buffer.slice(8192, 4096), 4096); // line directRead
      channel.read(memory.slice(0, 4096), 4096); // line directMemoryRead
    }
  }

  private static void socket(MappedByteBuffer buffer, FileChannel channel) throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      try (SocketChannel near = SocketChannel.open(server.getLocalAddress());
          SocketChannel far = server.accept()) {
        near.write(buffer.slice(777, 555)); // line socketWrite
        ByteBuffer[] parts = {buffer.slice(1, 5), buffer.slice(6, 550)};
        far.read(parts); // line socketRead
        near.write(ByteBuffer.allocateDirect(44)); // line socketDirect
        channel.transferTo(3, 1001, far); // line sendfile
      }
    }
  }

  private static void transfer(FileChannel channel, Path target) throws IOException {
    try (FileChannel to = FileChannel.open(target, CREATE, READ, WRITE)) {
      channel.transferTo(5, 7007, to); // line transferTo
      to.transferFrom(channel, 100, 333); // line transferFrom
    }
  }
}
