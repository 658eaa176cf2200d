package io.pinaudit.allocator.storage;

import io.pinaudit.linux.LinuxFile;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/**
 * Maps and reads the file of a descriptor, whatever has become of its path. When a thread that uses
 * a channel is interrupted, the channel is closed for good: this class then opens it anew, and
 * keeps the interrupt. The lock of its user guards it.
 */
public final class Mapper implements AutoCloseable {
  /** A use of the channel. */
  interface Use<T> {
    T of(FileChannel channel) throws IOException;
  }

  /** An action that can be done again from its beginning. */
  interface Attempt<T> {
    T make() throws IOException;
  }

  private final LinuxFile descriptor;
  private FileChannel channel;

  public Mapper(LinuxFile descriptor) throws IOException {
    this.descriptor = descriptor;
    this.channel = openChannel();
  }

  private FileChannel openChannel() throws IOException {
    return FileChannel.open(descriptor.alias(), StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  /** Does it again if an interrupt came between. */
  public <T> T use(Use<T> use) throws IOException {
    return despiteInterrupts(
        () -> {
          if (!channel.isOpen()) {
            channel = openChannel();
          }
          return use.of(channel);
        });
  }

  /** Does again what an interrupt has closed the channel of; the interrupt is kept. */
  static <T> T despiteInterrupts(Attempt<T> attempt) throws IOException {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return attempt.make();
        } catch (ClosedByInterruptException e) {
          interrupted |= Thread.interrupted();
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
