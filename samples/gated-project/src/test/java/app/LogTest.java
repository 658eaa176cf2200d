package app;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A test that passes, of a program that rotates its log while it is mapped. */
class LogTest {
  @TempDir Path folder;

  @Test
  void rotates() throws IOException {
    Path log = Files.write(folder.resolve("app.log"), new byte[65_536]);
    try (FileChannel channel =
        FileChannel.open(log, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      MappedByteBuffer mapped = channel.map(FileChannel.MapMode.READ_WRITE, 0, 65_536);
      mapped.putInt(0, 42);
      // A system property makes the fixed twin of this test: it cuts what nobody maps.
      channel.truncate(Boolean.getBoolean("fixed") ? 65_536 : 0);
      assertEquals(Boolean.getBoolean("fixed") ? 65_536 : 0, channel.size());
    }
  }
}
