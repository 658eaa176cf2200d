package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.state.NativeSymbol;
import io.pinaudit.agent.state.SymbolTable;
import java.lang.invoke.VarHandle;

/**
 * {@code getSymbolAddress(String)} of a library of jffi: where the dynamic linker cannot be asked
 * what is at an address (before JDK 22), this is how it becomes known.
 */
public final class JffiSymbolHook implements Hook {
  private final SymbolTable symbols;
  private volatile VarHandle libraryName;

  public JffiSymbolHook(SymbolTable symbols) {
    this.symbols = symbols;
  }

  @Override
  public Call enter(Object name, Object library, long a, long b, long c, long d) {
    NativeSymbol symbol = NativeSymbol.named((String) name);
    if (symbol == null) {
      return null;
    }
    try {
      if (libraryName == null) {
        libraryName =
            JdkInternals.lookup(library.getClass())
                .findVarHandle(library.getClass(), "name", String.class);
      }
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
    String path = (String) libraryName.get(library);
    String file = path == null ? "libc.so" : path.substring(path.lastIndexOf('/') + 1);
    return symbol.library().isIn(file) ? new LookupCall(symbols, symbol) : null;
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
