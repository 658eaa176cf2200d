import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Calls functions of libraries of its own: one that has the C library's names for other things, and
 * one that stands for libibverbs, whose devices no test machine has.
 */
public final class NamesakeProgram {
  private static final Linker LINKER = Linker.nativeLinker();
  private static final FunctionDescriptor INT_LONG =
      FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG);

  private NamesakeProgram() {}

  public static void main(String[] args) throws Throwable {
    Path folder = Path.of(args[0]);
    if (!Files.isExecutable(Path.of("/usr/bin/gcc"))) {
      System.out.println("skipped: no gcc");
      return;
    }
    compile(
        folder,
        "libnamesake.so",
        "int ftruncate(int a, long b) { return a + b; } int unlink(long a) { return a; }");
    compile(
        folder,
        "libibverbs.so.1",
        "void *ibv_reg_mr(void *pd, void *at, long n, int access)"
            + " { return access ? at : 0; } int ibv_dereg_mr(void *mr) { return 0; }");
    try (Arena arena = Arena.ofConfined();
        FileChannel channel = FileChannel.open(folder.resolve("m.dat"), CREATE, READ, WRITE)) {
      namesakes(SymbolLookup.libraryLookup(folder.resolve("libnamesake.so"), arena));
      MemorySegment mapped = channel.map(MapMode.READ_WRITE, 4096, 99_999, arena);
      verbs(SymbolLookup.libraryLookup(folder.resolve("libibverbs.so.1"), arena), mapped);
      byPointer(folder.resolve("m.dat"), arena);
    }
  }

  private static void compile(Path folder, String library, String source) throws Exception {
    Path file = Files.writeString(folder.resolve(library + ".c"), source);
    Process gcc =
        new ProcessBuilder(
                "gcc", "-fno-builtin", "-shared", "-fPIC", "-w", "-o", library, file.toString())
            .directory(folder.toFile())
            .inheritIO()
            .start();
    check(gcc.waitFor(), 0);
  }

  private static void namesakes(SymbolLookup library) throws Throwable {
    MethodHandle bound = LINKER.downcallHandle(library.findOrThrow("ftruncate"), INT_LONG);
    check((int) bound.invokeExact(5, 6L), 11); // line namesake
    MethodHandle unbound = LINKER.downcallHandle(INT_LONG);
    check((int) unbound.invokeExact(library.findOrThrow("ftruncate"), 5, 7L), 12);
    check((int) unbound.invokeExact(library.findOrThrow("ftruncate"), 5, 8L), 13);
  }

  private static void verbs(SymbolLookup library, MemorySegment mapped) throws Throwable {
    MethodHandle register =
        LINKER.downcallHandle(
            library.findOrThrow("ibv_reg_mr"),
            FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT));
    MemorySegment part = mapped.asSlice(77, 8888);
    MemorySegment none = MemorySegment.NULL;
    MemorySegment region =
        (MemorySegment) register.invokeExact(none, part, 8888L, 7); // line register
    MemorySegment refused =
        (MemorySegment) register.invokeExact(none, part, 8888L, 0); // line refused
    check(refused.address(), 0);
    MemorySegment onDemand =
        (MemorySegment) register.invokeExact(none, part, 8888L, 7 | 64); // line onDemand
    check(onDemand.address(), part.address());
    MethodHandle deregister =
        LINKER.downcallHandle(
            library.findOrThrow("ibv_dereg_mr"), FunctionDescriptor.of(JAVA_INT, ADDRESS));
    check((int) deregister.invokeExact(region), 0); // line deregister
  }

  /** The real one, through a pointer that no lookup of Java has found. */
  private static void byPointer(Path path, Arena arena) throws Throwable {
    MethodHandle dlsym =
        LINKER.downcallHandle(
            LINKER.defaultLookup().findOrThrow("dlsym"),
            FunctionDescriptor.of(ADDRESS, JAVA_LONG, ADDRESS));
    MemorySegment truncate =
        (MemorySegment) dlsym.invokeExact(0L, arena.allocateFrom("truncate64"));
    MethodHandle call =
        LINKER.downcallHandle(truncate, FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG));
    check((int) call.invokeExact(arena.allocateFrom(path.toString()), 1_234L), 0); // line dlsym
  }

  private static void check(long result, long expected) {
    if (result != expected) {
      throw new AssertionError(result + " instead of " + expected);
    }
  }
}
