package io.pinaudit.agent.jdk;

import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Keeps a file from being evicted: by a page of the file that the agent maps, shared and without
 * access, so that the kernel takes the file for mapped; or, of a file that is mapped privately
 * only, by a descriptor with O_PATH. Both are gone when the process ends, however it ends, and
 * neither is passed on to a child.
 *
 * <p>Safe for any thread. The page is a second mapping of memory that is mapped already. No
 * descriptor that can read is opened, because closing such a one drops the locks that the process
 * has on the file (fcntl(2)); closing one with O_PATH does not. The foreign linker is needed, of
 * JDK 22 or later.
 */
public final class FileKeeper {
  private static final int MREMAP_MAYMOVE = 1; // linux/mman.h
  private static final int PROT_NONE = 0; // asm-generic/mman-common.h
  private static final int MADV_DONTFORK = 10; // asm-generic/mman-common.h
  private static final int O_PATH_CLOEXEC = 0x200000 | 0x80000; // asm-generic/fcntl.h
  private static final int NONE = -1;

  // Either of them.
  private final long address;
  private final int descriptor;

  private FileKeeper(long address, int descriptor) {
    this.address = address;
    this.descriptor = descriptor;
  }

  /** The functions that are needed; linked once, before the hooks are there. */
  public record Means(
      MethodHandle remap,
      MethodHandle protect,
      MethodHandle advise,
      MethodHandle unmap,
      MethodHandle open,
      MethodHandle close) {

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
          NativeLinker.function("munmap", -1, word, word),
          NativeLinker.function("open", 2, word, int.class),
          NativeLinker.function("close", -1, int.class));
    }
  }

  /**
   * Keeps a file by a page.
   *
   * @param mapped address of a page of the file that is mapped already
   * @return null if that is not possible: of a private mapping it is not
   */
  public static FileKeeper byPage(Means means, long mapped) {
    try {
      return again(means, mapped);
    } catch (Throwable t) {
      return null;
    }
  }

  private static FileKeeper again(Means means, long mapped) throws Throwable {
    long page = JdkInternals.pageBytes();
    // Of nothing, as mremap(2) has it: what is mapped there stays, and is mapped once more.
    long address = (long) means.remap.invokeExact(mapped / page * page, 0L, page, MREMAP_MAYMOVE);
    if (address == -1) {
      return null;
    }
    int closed = (int) means.protect.invokeExact(address, page, PROT_NONE);
    int kept = (int) means.advise.invokeExact(address, page, MADV_DONTFORK);
    FileKeeper keeper = new FileKeeper(address, NONE);
    if (closed == 0 && kept == 0) {
      return keeper;
    }
    keeper.release(means);
    return null;
  }

  /**
   * Keeps a file by a descriptor.
   *
   * @param path a name that the file had
   * @param device of the file, as stat(2) has it
   * @return null if that is not possible, or if the name no longer leads to the file
   */
  public static FileKeeper byName(Means means, String path, long device, long inode) {
    try {
      int fd = open(means, path);
      if (fd < 0) {
        return null;
      }
      FileKeeper keeper = new FileKeeper(NONE, fd);
      if (isOf(fd, device, inode)) {
        return keeper;
      }
      keeper.release(means);
      return null;
    } catch (Throwable t) {
      return null;
    }
  }

  private static int open(Means means, String path) throws Throwable {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    ByteBuffer memory = ByteBuffer.allocateDirect(name.length + 1).put(name).put((byte) 0);
    try {
      return (int) means.open.invokeExact(JdkInternals.address(memory), O_PATH_CLOEXEC);
    } finally {
      Reference.reachabilityFence(memory);
    }
  }

  private static boolean isOf(int descriptor, long device, long inode) {
    try {
      Map<String, Object> values =
          Files.readAttributes(Path.of("/proc/self/fd/" + descriptor), "unix:dev,ino");
      return values.get("dev").equals(device) && values.get("ino").equals(inode);
    } catch (IOException e) {
      return false;
    }
  }

  /**
   * Lets the file go. If nothing else keeps it, the kernel frees the file's blocks on this thread.
   */
  public void release(Means means) {
    // Of the very type that the function has.
    long page = JdkInternals.pageBytes();
    try {
      int ignored =
          descriptor == NONE
              ? (int) means.unmap.invokeExact(address, page)
              : (int) means.close.invokeExact(descriptor);
    } catch (Throwable t) {
      // It stays until the process ends.
      return;
    }
  }
}
