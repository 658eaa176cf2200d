package io.pinaudit.agent.jdk;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodType;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;

/**
 * A page of a file that the agent maps, shared and without access: as long as it is there, the
 * kernel takes the file for mapped, and does not evict it. The kernel unmaps the page when the
 * process ends, however it ends.
 *
 * <p>Safe for any thread. With the foreign linker (JDK 22) the page is a second mapping of memory
 * that is mapped already, so that no file has to be opened, and a forked process does not get it;
 * without the linker (JDK 17 to 19) the file is opened by its name.
 */
public final class SharedPage {
  private static final int MREMAP_MAYMOVE = 1; // linux/mman.h
  private static final int PROT_NONE = 0; // asm-generic/mman-common.h
  private static final int MADV_DONTFORK = 10; // asm-generic/mman-common.h
  private static final int READ_ONLY = 0; // FileChannelImpl.MAP_RO

  private final long address;

  private SharedPage(long address) {
    this.address = address;
  }

  /**
   * What is needed to map pages; made once, before the hooks are there.
   *
   * @param remap mremap, or the JDK's own map0
   */
  public record Means(
      boolean byLinker,
      MethodHandle remap,
      MethodHandle protect,
      MethodHandle advise,
      MethodHandle unmap) {

    /** Returns the means of this JDK; null if it has none. */
    public static Means ofThisJdk() {
      try {
        return ForeignMemory.AVAILABLE ? linked() : ofChannels();
      } catch (Throwable t) {
        return null;
      }
    }

    private static Means linked() throws Throwable {
      Class<?> word = long.class;
      return new Means(
          true,
          NativeLinker.pointerFunction("mremap", word, word, word, int.class),
          NativeLinker.function("mprotect", -1, word, word, int.class),
          NativeLinker.function("madvise", -1, word, word, int.class),
          NativeLinker.function("munmap", -1, word, word));
    }

    private static Means ofChannels() throws ReflectiveOperationException {
      Class<?> channel = Class.forName("sun.nio.ch.FileChannelImpl", false, null);
      MethodType map =
          MethodType.methodType(long.class, int.class, long.class, long.class, boolean.class);
      MethodType unmap = MethodType.methodType(int.class, long.class, long.class);
      return new Means(
          false,
          JdkInternals.lookup(channel)
              .findVirtual(channel, "map0", map)
              .asType(map.insertParameterTypes(0, FileChannel.class)),
          null,
          null,
          JdkInternals.lookup(channel).findStatic(channel, "unmap0", unmap));
    }
  }

  /**
   * Which file, where it has to be opened.
   *
   * @param path null if it is not known
   */
  public record Name(String path, long device, long inode) {}

  /**
   * Maps a page of a file.
   *
   * @param mapped address of a page of the file that is mapped already
   * @return null if that is not possible
   */
  public static SharedPage of(Means means, long mapped, Name file) {
    try {
      return means.byLinker ? again(means, mapped) : opened(means, file);
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

  private static SharedPage opened(Means means, Name file) throws Throwable {
    Path name = file.path == null ? null : Path.of(file.path);
    Map<String, Object> found =
        name == null ? Map.of() : Files.readAttributes(name, "unix:dev,ino");
    if (!Long.valueOf(file.device).equals(found.get("dev"))
        || !Long.valueOf(file.inode).equals(found.get("ino"))) {
      return null;
    }
    try (FileChannel channel = FileChannel.open(name, StandardOpenOption.READ)) {
      long page = JdkInternals.pageBytes();
      return new SharedPage((long) means.remap.invokeExact(channel, READ_ONLY, 0L, page, false));
    }
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
