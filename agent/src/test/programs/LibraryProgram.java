import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.sun.jna.Function;
import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import jnr.ffi.annotations.In;
import jnr.posix.POSIX;
import jnr.posix.POSIXFactory;

/** Maps, truncates and deletes through JNA, jnr-ffi and jnr-posix. */
public final class LibraryProgram {
  /** By JNA. */
  public interface JnaC extends Library {
    int open(String name, int flags, int mode);

    int ftruncate(int fd, long length);

    Pointer mmap(Pointer at, long length, int prot, int flags, int fd, long offset);

    int munmap(Pointer at, long length);

    long pread(int fd, Pointer buffer, long count, long offset);

    int unlink(String name);

    int close(int fd);
  }

  /** By JNA, without a proxy. */
  static final class Direct {
    static {
      Native.register("c");
    }

    static native int open(String name, int flags, int mode);

    static native int ftruncate(int fd, long length);

    static native Pointer mmap(
        Pointer at, NativeLong length, int prot, int flags, int fd, NativeLong offset);

    static native int munmap(Pointer at, NativeLong length);

    static native NativeLong pread(int fd, Pointer buffer, NativeLong count, NativeLong offset);

    native int unlink(String name);

    static native int close(int fd) throws LastErrorException;

    static native int getpid();
  }

  /** By jnr-ffi. */
  public interface JnrC {
    int ftruncate(int fd, long length);

    jnr.ffi.Pointer mmap(jnr.ffi.Pointer at, long length, int prot, int flags, int fd, long offset);

    int munmap(jnr.ffi.Pointer at, long length);

    long pread(int fd, jnr.ffi.Pointer buffer, long count, long offset);

    int unlink(@In CharSequence name);

    int rename(@In CharSequence from, @In CharSequence to);
  }

  /** Of a library of the application. */
  public interface Namesake extends Library {
    int ftruncate(int fd, long length);
  }

  /** The same without a proxy. */
  static final class DirectNamesake {
    private DirectNamesake() {}

    static native int ftruncate(int fd, long length);

    static void register(String library) {
      Native.register(DirectNamesake.class, library);
    }
  }

  private LibraryProgram() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    jna(Files.createFile(folder.resolve("jna.dat")));
    direct(Files.createFile(folder.resolve("direct.dat")));
    jnr(Files.createFile(folder.resolve("jnr.dat")));
    posix(Files.createFile(folder.resolve("posix.dat")));
    namesakes(folder);
  }

  private static void jna(Path path) throws Exception {
    JnaC c = Native.load("c", JnaC.class);
    System.out.println("jna " + Stat.of(path));
    int fd = c.open(path.toString(), 01002, 0); // line jnaOpen
    check(c.ftruncate(fd, 1_999_993), 0); // line jnaFtruncate
    Pointer at = c.mmap(null, 40_960, 3, 1, fd, 8192); // line jnaMmap
    check(c.pread(fd, at.share(4097), 555, 11), 555); // line jnaPread
    check(c.munmap(at, 40_960), 0); // line jnaMunmap
    Function byName = Function.getFunction("c", "ftruncate");
    check(byName.invokeInt(new Object[] {fd, 777L}), 0); // line jnaFunction
    check(c.ftruncate(4711, 1), -1); // line jnaFails
    check(c.close(fd), 0);
    check(c.unlink(path.toString()), 0); // line jnaUnlink
  }

  private static void direct(Path path) throws Exception {
    System.out.println("direct " + Stat.of(path));
    int fd = Direct.open(path.toString(), 01002, 0600); // line directOpen
    check(Direct.ftruncate(fd, 1_999_993), 0); // line directFtruncate
    NativeLong length = new NativeLong(40_960);
    Pointer at = Direct.mmap(null, length, 3, 1, fd, new NativeLong(8192)); // line directMmap
    NativeLong count = new NativeLong(666);
    long read =
        Direct.pread(fd, at.share(4097), count, new NativeLong(33)).longValue(); // line directPread
    check(read, 666);
    check(Direct.munmap(at, length), 0); // line directMunmap
    check(Direct.ftruncate(4711, 1), -1); // line directFails
    check(Direct.close(fd), 0);
    try {
      Direct.close(4711); // line directCloseFails
      throw new AssertionError();
    } catch (LastErrorException e) {
      check(e.getErrorCode(), 9);
    }
    check(new Direct().unlink(path.toString()), 0); // line directUnlink
    check(Direct.getpid(), ProcessHandle.current().pid());
  }

  private static void jnr(Path path) throws Exception {
    JnrC c = LibraryLoader.create(JnrC.class).load("c");
    System.out.println("jnr " + Stat.of(path));
    POSIX posix = POSIXFactory.getNativePOSIX();
    int fd = posix.open(path.toString(), 2, 0);
    check(c.ftruncate(fd, 1_999_993), 0); // line jnrFtruncate
    Runtime runtime = Runtime.getRuntime(c);
    jnr.ffi.Pointer nowhere = jnr.ffi.Pointer.wrap(runtime, 0);
    jnr.ffi.Pointer at = c.mmap(nowhere, 40_960, 3, 1, fd, 8192); // line jnrMmap
    check(c.pread(fd, at.slice(4097), 444, 22), 444); // line jnrPread
    check(c.munmap(at, 40_960), 0); // line jnrMunmap
    Path other = path.resolveSibling("jnr-other.dat");
    check(c.rename(path.toString(), other.toString()), 0); // line jnrRename
    check(c.unlink(other.toString()), 0); // line jnrUnlink
    posix.close(fd); // line posixClose
  }

  private static void posix(Path path) throws Exception {
    POSIX posix = POSIXFactory.getNativePOSIX();
    System.out.println("posix " + Stat.of(path));
    int fd = posix.open(path.toString(), 01002, 0); // line posixOpen
    check(posix.ftruncate(fd, 1_234_567), 0); // line posixFtruncate
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE)) {
      MappedByteBuffer buffer = channel.map(MapMode.READ_WRITE, 0, 4096);
      check(posix.pread(fd, buffer, 333, 5), 333); // line posixPread
    }
    check(posix.truncate(path.toString(), 7_654), 0); // line posixTruncate
    posix.close(fd);
    check(posix.unlink(path.toString()), 0); // line posixUnlink
  }

  private static void check(long result, long expected) {
    if (result != expected) {
      throw new AssertionError(result + " instead of " + expected);
    }
  }

  /** A library of its own that has a name of the C library's for something else. */
  private static void namesakes(Path folder) throws Exception {
    if (!Files.isExecutable(Path.of("/usr/bin/gcc"))) {
      System.out.println("skipped: no gcc");
      return;
    }
    Path source = folder.resolve("namesake.c");
    Files.writeString(source, "int ftruncate(int a, long b) { return a + b; }");
    Path library = folder.resolve("libnamesake.so");
    Process gcc =
        new ProcessBuilder(
                "gcc", "-shared", "-fPIC", "-w", "-o", library.toString(), source.toString())
            .inheritIO()
            .start();
    check(gcc.waitFor(), 0);
    Namesake jna = Native.load(library.toString(), Namesake.class);
    check(jna.ftruncate(5, 6), 11); // line jnaNamesake
    DirectNamesake.register(library.toString());
    check(DirectNamesake.ftruncate(6, 6), 12); // line directNamesake
    Namesake jnr = LibraryLoader.create(Namesake.class).load(library.toString());
    check(jnr.ftruncate(7, 6), 13); // line jnrNamesake
  }
}
