package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.jdk.ProcessMemory;
import io.pinaudit.events.FullFileSystem;
import io.pinaudit.events.MappingCheck;
import java.io.File;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Checks whether the files of live mappings have become shorter, and whether pages of mappings are
 * gone.
 *
 * <p>Safe for any thread; takes no lock. A look reads the size of a file by the file's name, or
 * through /proc/self/map_files if the name leads elsewhere and the kernel allows that. It reads a
 * page through /proc/self/mem: beyond the end of the file such a read returns an error, where a
 * load would cause a signal. If the page can be read, the next look reads it again, because the cut
 * may be under way.
 */
public final class Looks {
  private static final int MAPPINGS_A_ROUND = 1000;
  private static final int PAGES_A_CUT = 256;
  private static final long UNKNOWN = -1;
  private static final String LOOK = "look";
  private static final String UNMAP = "unmap";

  private final Mappings mappings;
  private final Recorder recorder;
  // Where the next round begins; of the one thread that calls the periodic events.
  private long nextAddress;

  Looks(Mappings mappings, Recorder recorder) {
    this.mappings = mappings;
    this.recorder = recorder;
  }

  /** Looks at some mappings; the next call looks at the mappings after those. */
  public void lookAtSome() {
    Round round = new Round();
    int count = 0;
    long next = 0;
    for (Mapping mapping : mappings.from(nextAddress)) {
      if (count++ == MAPPINGS_A_ROUND) {
        next = mapping.address();
        break;
      }
      round.look(mapping);
    }
    nextAddress = next;
    round.lookForRoom();
  }

  /** Looks at all mappings. */
  public void lookAtAll() {
    Round round = new Round();
    for (Mapping mapping : mappings.all()) {
      round.look(mapping);
    }
    round.lookForRoom();
  }

  /** Looks at mappings that are about to be unmapped. */
  public void lookBeforeUnmapping(List<Mapping> leaving) {
    if (leaving.isEmpty() || !isWanted()) {
      return;
    }
    for (Mapping mapping : leaving) {
      look(mapping, sizeNow(mapping), UNMAP);
    }
  }

  /**
   * Notes that a call of this process has set the size of a file; reads the pages that the call
   * took away.
   */
  public void sizeSet(FileState before, long newSizeBytes, String operation) {
    boolean isCut = before.sizeBytes() < 0 || newSizeBytes < before.sizeBytes();
    if (!isCut || mappings.isEmpty() || !isWanted()) {
      return;
    }
    int asked = 0;
    for (Mapping mapping : mappings.all()) {
      if (asked < PAGES_A_CUT && mapping.file().isSameFile(before)) {
        asked++;
        mapping.mapped().seen(Math.max(before.sizeBytes(), mapping.mapped().sizeBytes()));
        look(mapping, newSizeBytes, operation);
      }
    }
  }

  private boolean isWanted() {
    return recorder.started() && new MappingCheck().isEnabled();
  }

  private void look(Mapping mapping, long sizeBytes, String operation) {
    MappedFile file = mapping.mapped();
    long previousNanos = file.lookNanos();
    long previousBytes = file.sizeBytes();
    if (sizeBytes == UNKNOWN) {
      return;
    }
    long end = Math.min(mapping.offsetBytes() + mapping.lengthBytes(), pageEnd(previousBytes));
    if (previousBytes == UNKNOWN || pageEnd(sizeBytes) >= end) {
      file.seen(sizeBytes);
      return;
    }
    long pageAddress = mapping.address() + Math.max(0, pageEnd(sizeBytes) - mapping.offsetBytes());
    String page = ask(pageAddress);
    if (!operation.equals(UNMAP) && !mappings.has(mapping)) {
      // A read of memory without a mapping fails as well. Who unmaps it looks before.
      return;
    }
    file.seen(sizeBytes);
    MappingCheck event = new MappingCheck();
    mapping.file().describe(event);
    event.address = mapping.address();
    event.offsetBytes = mapping.offsetBytes();
    event.lengthBytes = mapping.lengthBytes();
    event.previousSizeBytes = previousBytes;
    event.previousNanos = previousNanos;
    event.sizeBytes = sizeBytes;
    event.pageAddress = pageAddress;
    event.page = isUnmapped(page, mapping, pageAddress) ? MappingCheck.UNMAPPED : page;
    recorder.commit(event, operation, file.lookNanos());
    file.asked(MappingCheck.THERE.equals(event.page), previousBytes, previousNanos);
  }

  /** Returns whether a page cannot be read because code that no hook sees has unmapped it. */
  private static boolean isUnmapped(String page, Mapping mapping, long pageAddress) {
    return page.equals(MappingCheck.GONE) && !MemoryMap.maps(mapping, pageAddress);
  }

  /** Returns where the last page of a file ends. */
  private static long pageEnd(long sizeBytes) {
    long page = JdkInternals.pageBytes();
    return (sizeBytes + page - 1) / page * page;
  }

  /** Returns the size of the file of a mapping in bytes; −1 if it cannot be found out. */
  private static long sizeNow(Mapping mapping) {
    FileState file = mapping.file();
    if (!file.isRegular() || file.path() == null) {
      return UNKNOWN;
    }
    FileState named = FileState.following(Path.of(file.path()));
    if (named.isSameFile(file)) {
      return named.sizeBytes();
    }
    FileState mapped = FileState.following(MemoryMap.link(mapping));
    return mapped.isSameFile(file) ? mapped.sizeBytes() : UNKNOWN;
  }

  /** Reads one byte and returns the result of the read. */
  private static String ask(long address) {
    try {
      if (ProcessMemory.read(address, 1).hasRemaining()) {
        return MappingCheck.THERE;
      }
      boolean askable = ProcessMemory.read(Known.ADDRESS, 1).hasRemaining();
      return askable ? MappingCheck.GONE : MappingCheck.NOT_ASKED;
    } catch (LinkageError e) {
      // /proc/self/mem cannot be opened.
      return MappingCheck.NOT_ASKED;
    }
  }

  /** Memory that can be read. */
  private static final class Known {
    private static final ByteBuffer MEMORY = ByteBuffer.allocateDirect(1);
    static final long ADDRESS = JdkInternals.address(MEMORY);
  }

  /** One look at many mappings at one time, some of which may be of the same file. */
  private final class Round {
    private final boolean wanted = isWanted();
    private final Map<Long, Mapping> asked = new HashMap<>();
    private final Map<Long, Long> sizes = new HashMap<>();
    // A file of each device.
    private final Map<Long, String> devices = new HashMap<>();

    void look(Mapping mapping) {
      if (!wanted) {
        return;
      }
      Long inode = mapping.file().inode();
      Mapping like = asked.putIfAbsent(inode, mapping);
      if (like != null && like.file().isSameFile(mapping.file())) {
        Looks.this.look(mapping, sizes.get(inode), LOOK);
        return;
      }
      long sizeBytes = sizeNow(mapping);
      if (sizeBytes != UNKNOWN) {
        devices.putIfAbsent(mapping.file().device(), mapping.file().path());
      }
      if (like == null) {
        sizes.put(inode, sizeBytes);
      }
      Looks.this.look(mapping, sizeBytes, LOOK);
    }

    /**
     * Checks whether the file system has room for a page if the program stores to a part of a file
     * without blocks.
     */
    void lookForRoom() {
      for (String path : devices.values()) {
        File file = new File(path);
        long freeBytes = file.getUsableSpace();
        // All is 0 of a name that has gone since.
        if (freeBytes < JdkInternals.pageBytes() && file.getTotalSpace() > 0) {
          FullFileSystem event = new FullFileSystem();
          event.path = path;
          event.freeBytes = freeBytes;
          recorder.commit(event, LOOK, System.nanoTime());
        }
      }
    }
  }
}
