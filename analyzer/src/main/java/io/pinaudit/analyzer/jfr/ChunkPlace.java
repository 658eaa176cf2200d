package io.pinaudit.analyzer.jfr;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * A part of a recording that holds one chunk, mapped into memory whenever its bytes are wanted.
 *
 * <p>Used by one thread at a time.
 */
final class ChunkPlace {
  private final Path file;
  private final long at;
  private final long size;
  private MemorySegment mapped; // null before it is mapped

  ChunkPlace(Path file, long at, long size) {
    this.file = file;
    this.at = at;
    this.size = size;
  }

  /** Returns the name of the recording. */
  String name() {
    return file.getFileName().toString();
  }

  /** Returns the bytes of the chunk, which are valid as long as somebody refers to the buffer. */
  ByteBuffer bytes() throws IOException {
    if (mapped == null) {
      try (FileChannel channel = FileChannel.open(file)) {
        mapped = map(channel, at, size);
      }
    }
    return mapped.asByteBuffer();
  }

  /**
   * Maps a part of a file through a segment: for a mapped buffer, the JDK would use reflection and
   * spin classes.
   */
  static MemorySegment map(FileChannel channel, long at, long size) throws IOException {
    return channel.map(FileChannel.MapMode.READ_ONLY, at, size, Arena.ofAuto());
  }

  /** Takes the bytes out of this process's memory; they come back if they are read again. */
  void unload() {
    if (mapped != null) {
      mapped.unload();
      mapped = null;
    }
  }
}
