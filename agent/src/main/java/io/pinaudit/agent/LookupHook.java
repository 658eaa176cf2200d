package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;

/** A symbol is looked up in a native library; the result is its address. */
final class LookupHook implements Hook {
  private final SymbolTable symbols;

  LookupHook(SymbolTable symbols) {
    this.symbols = symbols;
  }

  @Override
  public Call enter(Object name, Object library, long a, long b, long c, long d) {
    NativeSymbol symbol = NativeSymbol.named((String) name);
    return symbol == null ? null : new LookupCall(symbols, symbol);
  }

  private static final class LookupCall extends Call {
    private final SymbolTable symbols;
    private final NativeSymbol symbol;

    LookupCall(SymbolTable symbols, NativeSymbol symbol) {
      this.symbols = symbols;
      this.symbol = symbol;
    }

    @Override
    public void end(long result, String error) {
      if (error == null && result != 0) {
        symbols.put(result, symbol);
      }
    }
  }
}
