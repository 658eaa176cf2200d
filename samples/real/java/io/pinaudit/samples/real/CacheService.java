package io.pinaudit.samples.real;

import static java.nio.channels.FileChannel.MapMode.READ_ONLY;
import static java.nio.file.StandardOpenOption.READ;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A service keeps a cache file mapped for its readers, and writes it anew five times a second; it
 * runs until its standard input ends. {@code pinaudit attach} audits it while it runs. With {@code
 * --fixed} it writes a new file, maps that, and lets the old mapping go after its last reader.
 */
public final class CacheService {
  private static final int CACHE_BYTES = 65_536;
  private static final int PAUSE_MILLIS = 200;

  private CacheService() {}

  /** Runs the service; the package describes the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Folder folder = Folder.of(args);
    Path cache = Files.write(folder.file("cache"), new byte[CACHE_BYTES]);
    Files.createFile(folder.file("ready"));
    while (System.in.available() == 0 && Files.exists(folder.file("ready"))) {
      try (FileChannel channel = FileChannel.open(cache, READ);
          Arena arena = Arena.ofShared()) {
        MemorySegment mapped = channel.map(READ_ONLY, 0, channel.size(), arena);
        renew(cache, folder.fixed());
        Thread.sleep(PAUSE_MILLIS);
        if (mapped.byteSize() != CACHE_BYTES) {
          throw new IOException("a reader saw " + mapped.byteSize() + " bytes");
        }
      }
    }
  }

  private static void renew(Path cache, boolean fixed) throws IOException {
    if (fixed) {
      Path next = Files.write(cache.resolveSibling("cache.next"), new byte[CACHE_BYTES]);
      Files.move(next, cache, StandardCopyOption.ATOMIC_MOVE);
    } else {
      Files.write(cache, new byte[CACHE_BYTES]);
    }
  }
}
