package io.pinaudit.allocator.storage;

import io.pinaudit.linux.LinuxFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import jdk.nio.mapmode.ExtendedMapMode;

/**
 * The file in memory, from its beginning to the length that it once had. When the file grows a new
 * mapping is made; the old one stays for the extents that use it.
 */
public final class Mapping {
  private static final boolean FLUSHES_CACHE_LINES =
      flushesCacheLines(System.getProperty("java.vm.info", ""));

  private final Arena arena;
  public final MemorySegment memory;

  /** Whether the file system promises (MAP_SYNC) that flushed cache lines are durable. */
  public final boolean synchronous;

  /** The number of regions and of flushes in progress that need it; guarded by the pool's lock. */
  public int users;

  private long covered;

  private Mapping(Arena arena, MemorySegment memory, boolean synchronous) {
    this.arena = arena;
    this.memory = memory;
    this.synchronous = synchronous;
    this.covered = memory.byteSize();
  }

  public static Mapping of(FileChannel channel, long lengthBytes) throws IOException {
    Arena arena = Arena.ofShared();
    if (FLUSHES_CACHE_LINES) {
      try {
        return new Mapping(
            arena, channel.map(ExtendedMapMode.READ_WRITE_SYNC, 0, lengthBytes, arena), true);
      } catch (ClosedByInterruptException e) {
        throw e;
      } catch (UnsupportedOperationException | IOException e) {
        // There is no DAX, or the processor cannot flush cache lines: msync(2) is used instead.
      }
    }
    return new Mapping(arena, channel.map(MapMode.READ_WRITE, 0, lengthBytes, arena), false);
  }

  /**
   * Returns whether this JVM can flush cache lines. A HotSpot without its optimizing compiler never
   * makes the code for that, and crashes at the first flush (seen: JDK 25.0.3 with
   * -XX:TieredStopAtLevel=1).
   */
  private static boolean flushesCacheLines(String vmInfo) {
    return vmInfo.startsWith("mixed mode") && !vmInfo.contains("emulated-client");
  }

  /** Takes the file from under the end of the mapping, which is about to be truncated. */
  public void cover(long fromBytes) throws IOException {
    if (fromBytes < covered) {
      LinuxFile.cover(memory, fromBytes, covered - fromBytes);
      covered = fromBytes;
    }
  }

  public void close() {
    arena.close();
  }
}
