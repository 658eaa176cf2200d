package io.pinaudit.allocator.storage;

import io.pinaudit.linux.LinuxFile;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel.MapMode;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * The mapped ranges of one file. Each is kept for the next pin that needs a part of it. The file's
 * lock guards it.
 */
public final class MappingCache {
  /** The number of ranges that are kept for the next pin, beside those that are in use. */
  private static final int MOST_MAPPINGS = 64;

  /** One mapped range. */
  public static final class Mapped {
    private final Arena arena;
    private final MemorySegment memory;
    private final long offset;

    /**
     * How many bytes of it are the file's. A truncate takes the rest away, and a file that grows
     * again does not bring it back.
     */
    private long fileBytes;

    /** The number of leases that use it. */
    private int pins;

    /** Whether the application has it until the file is closed. */
    private boolean lent;

    private Mapped(Arena arena, MemorySegment memory, long offset) {
      this.arena = arena;
      this.memory = memory;
      this.offset = offset;
      this.fileBytes = memory.byteSize();
    }

    public MemorySegment slice(long fileOffset, long lengthBytes) {
      return memory.asSlice(fileOffset - offset, lengthBytes);
    }

    /** Keeps it mapped until the file is closed. */
    public void lend() {
      lent = true;
    }

    /** Keeps it mapped until {@link #unpin}. */
    public void pin() {
      pins++;
    }

    public void unpin() {
      pins--;
    }

    private boolean has(long fileOffset, long lengthBytes) {
      return offset <= fileOffset && fileOffset + lengthBytes <= offset + fileBytes;
    }

    private boolean unmapsIfIdle() {
      return !lent && pins == 0 && unmaps();
    }

    /** Unmaps it; returns false if a call uses it without a pin just now. */
    private boolean unmaps() {
      try {
        arena.close();
        return true;
      } catch (IllegalStateException e) {
        return false;
      }
    }

    private void cover(long fromBytes) throws IOException {
      long keep = Math.max(0, fromBytes - offset);
      long pages = FreeMap.alignUp(memory.byteSize(), FreeMap.BLOCK_BYTES);
      if (keep < pages) {
        LinuxFile.cover(memory, keep, pages - keep);
        fileBytes = Math.min(fileBytes, keep);
      }
    }
  }

  private final Mapper mapper;
  private final List<Mapped> mappings = new ArrayList<>();

  public MappingCache(Mapper mapper) {
    this.mapper = mapper;
  }

  /** Returns a mapping that has a range, which lies inside the file. */
  public Mapped of(long offsetBytes, long lengthBytes) throws IOException {
    for (Mapped mapped : mappings) {
      if (mapped.has(offsetBytes, lengthBytes)) {
        return mapped;
      }
    }
    unmapIdle();
    // Maps whole pages, so that a truncate can take the file from under the mapping's end.
    long from = offsetBytes / FreeMap.BLOCK_BYTES * FreeMap.BLOCK_BYTES;
    Arena arena = Arena.ofShared();
    MemorySegment memory =
        mapper.use(
            channel ->
                channel.map(MapMode.READ_WRITE, from, offsetBytes + lengthBytes - from, arena));
    Mapped mapped = new Mapped(arena, memory, from);
    mappings.add(mapped);
    return mapped;
  }

  /** Makes room for a mapping: a process may have some 65,000 of them, and a log has no end. */
  private void unmapIdle() {
    if (mappings.size() >= MOST_MAPPINGS) {
      Iterator<Mapped> all = mappings.iterator();
      boolean unmapped = false;
      while (!unmapped && all.hasNext()) {
        unmapped = all.next().unmapsIfIdle();
        if (unmapped) {
          all.remove();
        }
      }
    }
  }

  /** Takes the file from under all mappings, from a length on that it is about to be cut to. */
  public void cover(long lengthBytes) throws IOException {
    long from = FreeMap.alignUp(lengthBytes, FreeMap.BLOCK_BYTES);
    for (Mapped mapped : mappings) {
      mapped.cover(from);
    }
  }

  /** Unmaps everything; false if a call uses a mapping, without a pin: that one stays. */
  public boolean unmapAll() {
    mappings.removeIf(Mapped::unmaps);
    return mappings.isEmpty();
  }
}
