package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.ForeignMemory;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.jdk.NativeLinker;
import io.pinaudit.agent.jdk.ProcessMemory;
import java.lang.invoke.MethodHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the function of {@link NativeSymbol} at an address, whatever lookup found the address. The
 * functions of the C library are looked up by name once; for any other address the dynamic linker
 * is asked.
 *
 * <p>A function of the same name in another library is a different one. Safe for any thread.
 */
public final class SymbolTable {
  private static final int DL_INFO_BYTES = 32; // Dl_info, dlfcn.h
  private static final int NAME_OF_FILE = 0; // dli_fname
  private static final int NAME_OF_SYMBOL = 16; // dli_sname
  private static final int ADDRESS_OF_SYMBOL = 24; // dli_saddr

  private final Map<Long, NativeSymbol> found = new ConcurrentHashMap<>();
  // Also of what is none of them; of handles that are given the address at each call.
  private final Map<Long, Optional<NativeSymbol>> asked = new ConcurrentHashMap<>();
  private volatile MethodHandle dladdr;
  private volatile boolean complete;

  /** Looks up, once, all functions that the C library has. */
  public void complete() throws Throwable {
    if (complete) {
      return;
    }
    for (NativeSymbol symbol : NativeSymbol.values()) {
      if (symbol.library() == NativeSymbol.Library.C) {
        Optional<?> place = NativeLinker.find(symbol.symbol());
        if (place.isPresent()) {
          found.put(ForeignMemory.address(place.get()), symbol);
        }
      }
    }
    dladdr = NativeLinker.function("dladdr", -1, long.class, long.class);
    complete = true;
  }

  /** Notes that a function was found at an address. */
  public void put(long address, NativeSymbol symbol) {
    found.put(address, symbol);
  }

  /** Returns the function at an address now; null if it is none of {@link NativeSymbol}. */
  public NativeSymbol at(long address) throws Throwable {
    NativeSymbol symbol = found.get(address);
    return symbol != null ? symbol : ask(address);
  }

  /**
   * Returns the function at an address that is asked for often; null if it is none of {@link
   * NativeSymbol}.
   */
  public NativeSymbol atOften(long address) throws Throwable {
    NativeSymbol symbol = found.get(address);
    if (symbol != null) {
      return symbol;
    }
    Optional<NativeSymbol> answer = asked.get(address);
    if (answer == null) {
      answer = Optional.ofNullable(ask(address));
      asked.put(address, answer);
    }
    return answer.orElse(null);
  }

  private NativeSymbol ask(long address) throws Throwable {
    if (!ForeignMemory.AVAILABLE) {
      return null;
    }
    complete();
    ByteBuffer info = ByteBuffer.allocateDirect(DL_INFO_BYTES).order(ByteOrder.nativeOrder());
    boolean known = (int) dladdr.invokeExact(address, JdkInternals.address(info)) != 0;
    // Else it is in the middle of something.
    if (!known || info.getLong(ADDRESS_OF_SYMBOL) != address) {
      return null;
    }
    Path file = Path.of(ProcessMemory.path(info.getLong(NAME_OF_FILE))).getFileName();
    String name = ProcessMemory.path(info.getLong(NAME_OF_SYMBOL));
    return file == null ? null : NativeSymbol.in(file.toString(), name);
  }
}
