package io.pinaudit.lab.cases;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * RDMA over a queue pair that is connected to itself ({@code lab/matrix.d/rdma/link.c}); memory is
 * registered by libibverbs itself. Confined to one thread.
 */
@SuppressWarnings("restricted")
final class RdmaLink {
  // infiniband/verbs.h
  static final int LOCAL_WRITE = 1;
  static final int REMOTE_WRITE = 2;
  static final int REMOTE_READ = 4;
  static final int ON_DEMAND = 64;

  private final SymbolLookup link;
  private final SymbolLookup verbs = SymbolLookup.libraryLookup("libibverbs.so.1", Arena.global());
  private final MemorySegment domain;

  private RdmaLink(Path library) throws IOException {
    link = SymbolLookup.libraryLookup(library, Arena.global());
    domain = (MemorySegment) call(handle(link, "link_open", FunctionDescriptor.of(ADDRESS)));
    if (domain.address() == 0) {
      throw new IOException("no RDMA device, or none that can be connected to itself");
    }
  }

  static RdmaLink open(Path library) throws IOException {
    return new RdmaLink(library);
  }

  /** Registers memory; returns null if the kernel refuses it. */
  MemorySegment register(MemorySegment memory, int access) {
    FunctionDescriptor type = FunctionDescriptor.of(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, JAVA_INT);
    MemorySegment region =
        (MemorySegment)
            call(handle(verbs, "ibv_reg_mr", type), domain, memory, memory.byteSize(), access);
    return region.address() == 0 ? null : region;
  }

  void deregister(MemorySegment region) throws IOException {
    checked(
        "ibv_dereg_mr",
        call(handle(verbs, "ibv_dereg_mr", FunctionDescriptor.of(JAVA_INT, ADDRESS)), region));
  }

  /** Begins to write {@code R} to so many bytes of a region. */
  void beginWrite(MemorySegment region, long lengthBytes) throws IOException {
    FunctionDescriptor type = FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
    checked("ibv_post_send", call(handle(link, "link_begin_write", type), region, 0L, lengthBytes));
  }

  /** Waits for the write; returns the status of its completion, 0 for success. */
  int endWrite() {
    return (int) call(handle(link, "link_end_write", FunctionDescriptor.of(JAVA_INT)));
  }

  private static void checked(String what, Object result) throws IOException {
    if ((int) result != 0) {
      throw new IOException(what + " failed with " + result);
    }
  }

  private static MethodHandle handle(SymbolLookup library, String name, FunctionDescriptor type) {
    return Linker.nativeLinker().downcallHandle(library.findOrThrow(name), type);
  }

  private static Object call(MethodHandle handle, Object... arguments) {
    try {
      return handle.invokeWithArguments(arguments);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
