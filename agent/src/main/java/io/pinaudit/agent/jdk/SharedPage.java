package io.pinaudit.agent.jdk;

import java.lang.invoke.MethodHandle;

/**
 * A page of a file that the agent maps, shared and without access: as long as it is there, the
 * kernel takes the file for mapped, and does not evict it. The kernel unmaps the page when the
 * process ends, however it ends.
 *
 * <p>Safe for any thread. The page is a second mapping of memory that is mapped already, and a
 * forked process does not get it. The file is not opened for it: closing any descriptor of a file
 * drops the locks that the process has on the file (fcntl(2)). So the foreign linker is needed, of
 * JDK 22 or later.
 */
public final class SharedPage {
  private static final int MREMAP_MAYMOVE = 1; // linux/mman.h
  private static final int PROT_NONE = 0; // asm-generic/mman-common.h
  private static final int MADV_DONTFORK = 10; // asm-generic/mman-common.h

  private final long address;

  private SharedPage(long address) {
    this.address = address;
  }

  /** The functions that are needed to map pages; linked once, before the hooks are there. */
  public record Means(
      MethodHandle remap, MethodHandle protect, MethodHandle advise, MethodHandle unmap) {

    /** Returns the means of this JDK; null if it has none. */
    public static Means ofThisJdk() {
      try {
        return ForeignMemory.AVAILABLE ? linked() : null;
      } catch (Throwable t) {
        return null;
      }
    }

    private static Means linked() throws Throwable {
      Class<?> word = long.class;
      return new Means(
          NativeLinker.pointerFunction("mremap", word, word, word, int.class),
          NativeLinker.function("mprotect", -1, word, word, int.class),
          NativeLinker.function("madvise", -1, word, word, int.class),
          NativeLinker.function("munmap", -1, word, word));
    }
  }

  /**
   * Maps a page of a file.
   *
   * @param mapped address of a page of the file that is mapped already
   * @return null if that is not possible
   */
  public static SharedPage of(Means means, long mapped) {
    try {
      return again(means, mapped);
    } catch (Throwable t) {
      return null;
    }
  }

  private static SharedPage again(Means means, long mapped) throws Throwable {
    long page = JdkInternals.pageBytes();
    // Of nothing, as mremap(2) has it: what is mapped there stays, and is mapped once more.
    long address = (long) means.remap.invokeExact(mapped / page * page, 0L, page, MREMAP_MAYMOVE);
    if (address == -1) {
      return null;
    }
    int closed = (int) means.protect.invokeExact(address, page, PROT_NONE);
    int kept = (int) means.advise.invokeExact(address, page, MADV_DONTFORK);
    if (closed == 0 && kept == 0) {
      return new SharedPage(address);
    }
    unmap(means, address, page);
    return null;
  }

  private static void unmap(Means means, long address, long length) throws Throwable {
    int ignored = (int) means.unmap.invokeExact(address, length);
    if (ignored != 0) {
      throw new IllegalStateException("munmap " + ignored);
    }
  }

  /**
   * Unmaps the page. If it was the last of the file, the kernel frees the file's blocks on this
   * thread.
   */
  public void release(Means means) {
    try {
      unmap(means, address, JdkInternals.pageBytes());
    } catch (Throwable t) {
      // It stays until the process ends.
      return;
    }
  }
}
