package io.pinaudit.agent;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * At which addresses the functions of {@link NativeSymbol} have been found.
 *
 * <p>Any thread.
 */
final class SymbolTable {
  private final Map<Long, NativeSymbol> byAddress = new ConcurrentHashMap<>();
  private volatile boolean complete;

  void put(long address, NativeSymbol symbol) {
    byAddress.put(address, symbol);
  }

  /** The function at an address; null if it is none of them. */
  NativeSymbol at(long address) {
    return byAddress.get(address);
  }

  /**
   * Looks all functions up that the C library has, once: their addresses may have been found before
   * the hooks were there, or by other means. Each lookup is noted by the hook on it.
   */
  void complete() throws Throwable {
    if (!complete) {
      complete = true;
      for (NativeSymbol symbol : NativeSymbol.values()) {
        NativeLinker.find(symbol.symbol());
      }
    }
  }
}
