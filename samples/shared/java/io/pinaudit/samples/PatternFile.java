package io.pinaudit.samples;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** A file that is filled with one letter, so that each byte shows whose it is; deleted on close. */
public record PatternFile(Path path, char letter) implements AutoCloseable {
  private static final int MIN_STEP_BYTES = 1 << 16;
  private static final int CHUNK_BYTES = 1 << 20;
  private static final long LIMIT_BYTES = 64 << 20;
  // xfs frees the blocks of a deleted file in the background, some milliseconds later.
  private static final int BACKGROUND_FREE_MILLIS = 100;

  /** Creates the file on storage and returns the blocks that it has there. */
  public Extents create(int lengthBytes) throws IOException {
    try (FileChannel channel = FileChannel.open(path, CREATE_NEW, WRITE)) {
      append(channel, lengthBytes);
      channel.force(true);
    }
    Extents blocks = Extents.of(path);
    System.out.println("created " + path + " on blocks " + blocks);
    return blocks;
  }

  /**
   * Creates the file and lets it grow until it has all the blocks that were freed, or 64 MB, or the
   * file system is full.
   *
   * <p>Its first write has the length of the file that was freed: for equal requests the allocator
   * gives equal answers.
   */
  public void createOnFreedBlocks(Extents freed) throws IOException, InterruptedException {
    long reused;
    Thread.sleep(BACKGROUND_FREE_MILLIS);
    try (FileChannel channel = FileChannel.open(path, CREATE_NEW, WRITE)) {
      // A freed block is given out again only after the commit of the transaction that freed it.
      channel.force(true);
      int stepBytes = Math.max(MIN_STEP_BYTES, Math.toIntExact(freed.lengthBytes()));
      do {
        append(channel, stepBytes);
        channel.force(true);
        reused = Extents.of(path).overlapWith(freed);
      } while (reused < freed.blocks() && channel.size() < LIMIT_BYTES && hasRoomFor(stepBytes));
    }
    System.out.printf(
        "created %s, which now has %d of the %d freed blocks%n", path, reused, freed.blocks());
  }

  public FileChannel open() throws IOException {
    return FileChannel.open(path, READ, WRITE);
  }

  /**
   * Returns how many bytes of the file are another letter. Bytes overwritten by the same letter do
   * not count.
   */
  public long countForeignBytes() throws IOException {
    try (FileChannel channel = open()) {
      ByteBuffer chunk = ByteBuffer.allocate(CHUNK_BYTES);
      long count = 0;
      while (channel.read(chunk.clear()) > 0) {
        count += chunk.position() - count(chunk.array(), chunk.position(), letter);
      }
      return count;
    }
  }

  /** Says how many bytes that came from a pipe are this file's. */
  String ownershipOf(byte[] received) {
    long own = count(received, received.length, letter);
    return own + " of " + received.length + " bytes from the pipe belong to " + path;
  }

  /** Returns how many of these bytes are this file's. */
  public long countOwn(byte[] bytes) {
    return count(bytes, bytes.length, letter);
  }

  private static long count(byte[] bytes, int length, char letter) {
    long count = 0;
    for (int i = 0; i < length; i++) {
      if (bytes[i] == letter) {
        count++;
      }
    }
    return count;
  }

  public void append(FileChannel channel, int lengthBytes) throws IOException {
    byte[] bytes = new byte[lengthBytes];
    Arrays.fill(bytes, (byte) letter);
    ByteBuffer rest = ByteBuffer.wrap(bytes);
    while (rest.hasRemaining()) {
      channel.write(rest);
    }
  }

  private boolean hasRoomFor(int lengthBytes) throws IOException {
    return Files.getFileStore(path).getUsableSpace() >= lengthBytes;
  }

  @Override
  public void close() throws IOException {
    Files.deleteIfExists(path);
  }
}
