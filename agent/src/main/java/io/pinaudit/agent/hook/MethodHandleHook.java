package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Method;

/**
 * {@code unreflect(Method)}, {@code findStatic} and {@code findVirtual(Class, String, MethodType)}
 * of a lookup: handles of {@link NativeMethods} are handed out in a wrapper. From JDK 18 on, {@code
 * Method.invoke} goes through them as well.
 */
public final class MethodHandleHook implements Hook {
  private final NativeMethods methods;

  public MethodHandleHook(NativeMethods methods) {
    this.methods = methods;
  }

  @Override
  public Call enter(Object first, Object second, long a, long b, long c, long d) {
    int hook =
        first instanceof Method method
            ? methods.hook(method)
            : first instanceof Class<?> owner && second instanceof String name
                ? methods.hook(owner, name)
                : -1;
    return hook < 0 ? null : new Found(hook);
  }

  private static final class Found extends Call {
    private final int hook;

    Found(int hook) {
      this.hook = hook;
    }

    @Override
    public void end(long result, String error) {}

    @Override
    public Object end(Object handle) {
      return HookedHandle.wrap((MethodHandle) handle, hook);
    }
  }
}
