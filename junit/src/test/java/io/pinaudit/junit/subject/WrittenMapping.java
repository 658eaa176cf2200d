package io.pinaudit.junit.subject;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A mapping that one thread writes to another file and another thread unmaps. */
final class WrittenMapping {
  private static final int MAPPED_BYTES = 65_536;

  private final MappedByteBuffer mapped;
  private final FileChannel sink;

  WrittenMapping(Path folder) throws IOException {
    try (FileChannel file = create(folder.resolve("mapped"))) {
      mapped = file.map(FileChannel.MapMode.READ_WRITE, 0, MAPPED_BYTES);
    }
    sink = create(folder.resolve("sink"));
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
  }

  void write() {
    try {
      sink.write(mapped.duplicate(), 0);
    } catch (IOException e) {
      // Bad address: it was unmapped before.
      throw new UncheckedIOException(e);
    }
  }

  void unmap() throws ReflectiveOperationException {
    Class<?> type = Class.forName("sun.misc.Unsafe");
    java.lang.reflect.Field field = type.getDeclaredField("theUnsafe");
    field.setAccessible(true);
    type.getMethod("invokeCleaner", ByteBuffer.class).invoke(field.get(null), mapped);
  }
}
