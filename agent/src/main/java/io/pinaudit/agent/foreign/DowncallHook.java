package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.jdk.ForeignMemory;
import io.pinaudit.agent.state.NativeSymbol;
import io.pinaudit.agent.state.Session;
import java.lang.invoke.MethodHandle;

/** Replaces a new downcall handle by a wrapper if its symbol is known. */
public final class DowncallHook implements Hook {
  private final Session session;
  private final int number;
  private final boolean addressIsBound;
  // Made when first needed, for few programs need it; two threads may make two that are alike.
  private volatile DowncallWrapper wrapper;

  /**
   * Makes a hook of one form of {@code Linker.downcallHandle}.
   *
   * @param addressIsBound whether the handle is bound to the address of a function; otherwise it
   *     takes the address at each call
   */
  public DowncallHook(Session session, int number, boolean addressIsBound) {
    this.session = session;
    this.number = number;
    this.addressIsBound = addressIsBound;
  }

  private DowncallWrapper wrapper() {
    if (wrapper == null) {
      wrapper = new DowncallWrapper(number, session.symbols(), new NativeDecoder(session));
    }
    return wrapper;
  }

  @Override
  public Call enter(Object first, Object second, long a, long b, long c, long d) {
    try {
      session.symbols().complete();
      session.recorder().kernel().link();
      if (!addressIsBound) {
        return new DowncallLink(wrapper(), null, first);
      }
      NativeSymbol symbol = session.symbols().at(ForeignMemory.address(first));
      return symbol == null ? null : new DowncallLink(wrapper(), symbol, second);
    } catch (Throwable t) {
      throw new IllegalStateException("downcall handle left as it is", t);
    }
  }

  private static final class DowncallLink extends Call {
    private final DowncallWrapper wrapper;
    private final NativeSymbol symbol;
    private final Object function;

    DowncallLink(DowncallWrapper wrapper, NativeSymbol symbol, Object function) {
      this.wrapper = wrapper;
      this.symbol = symbol;
      this.function = function;
    }

    @Override
    public void end(long result, String error) {}

    @Override
    public Object end(Object result) {
      try {
        int argumentCount = ForeignMemory.argumentCount(function);
        return wrapper.wrap((MethodHandle) result, symbol, argumentCount);
      } catch (Throwable t) {
        throw new IllegalStateException("downcall handle left as it is", t);
      }
    }
  }
}
