package io.pinaudit.lab.guest;

import java.io.IOException;
import java.io.InputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The sockets through which QEMU passes what the guest prints: its console and its virtio-serial
 * ports.
 *
 * <p>QEMU connects to them when it starts. A thread for each socket reads it until QEMU ends.
 */
final class GuestLinks implements AutoCloseable {
  /** The kernel's console. */
  static final String CONSOLE = "console";

  /** The command's standard output. */
  static final String OUT = "out";

  /** The command's standard error. */
  static final String ERR = "err";

  /** {@code ready UPTIME} when the command starts, {@code exit STATUS} when it has ended. */
  static final String CONTROL = "control";

  /** The virtio-serial ports. */
  static final List<String> PORTS = List.of(OUT, ERR, CONTROL);

  private final Map<String, ServerSocketChannel> servers = new HashMap<>();

  /** What reads one stream. */
  @FunctionalInterface
  interface Reader {
    void read(InputStream in) throws IOException;
  }

  GuestLinks(Path scratch) throws IOException {
    try {
      listen(scratch, CONSOLE);
      for (String port : PORTS) {
        listen(scratch, port);
      }
    } catch (IOException e) {
      close();
      throw e;
    }
  }

  private void listen(Path scratch, String name) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    servers.put(name, server);
    server.bind(UnixDomainSocketAddress.of(scratch.resolve(name)));
  }

  /** Reads a stream in the background. */
  void read(String name, Reader reader, Consumer<Exception> onFailure) {
    Thread.ofPlatform()
        .daemon()
        .name("guest-" + name)
        .start(() -> readAll(servers.get(name), reader, onFailure));
  }

  private static void readAll(
      ServerSocketChannel server, Reader reader, Consumer<Exception> onFailure) {
    try (SocketChannel channel = server.accept();
        InputStream in = Channels.newInputStream(channel)) {
      reader.read(in);
    } catch (IOException | RuntimeException e) {
      onFailure.accept(e);
    }
  }

  /** Stops waiting for QEMU to connect; open streams stay open. */
  @Override
  public void close() throws IOException {
    for (ServerSocketChannel server : servers.values()) {
      server.close();
    }
  }
}
