package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.jdk.JdkInternals;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;

/**
 * {@code newMethodAccessor(Method)} of the reflection of JDK 17, which does not go through method
 * handles: what it makes for {@link NativeMethods} is replaced by the wrapped handle.
 */
public final class AccessorHook implements Hook {
  private final NativeMethods methods;
  private final Class<?> accessor;

  public AccessorHook(NativeMethods methods) throws ClassNotFoundException {
    this.methods = methods;
    this.accessor = Class.forName("jdk.internal.reflect.MethodAccessor", false, null);
  }

  @Override
  public Call enter(Object method, Object factory, long a, long b, long c, long d) {
    return methods.hook((Method) method) < 0 ? null : new Made((Method) method, accessor);
  }

  private static final class Made extends Call {
    private final Method method;
    private final Class<?> accessor;

    Made(Method method, Class<?> accessor) {
      this.method = method;
      this.accessor = accessor;
    }

    @Override
    public void end(long result, String error) {}

    @Override
    public Object end(Object made) {
      try {
        return Proxy.newProxyInstance(null, new Class<?>[] {accessor}, new Accessor(method));
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  /** {@code Object invoke(Object receiver, Object[] arguments)}. */
  private static final class Accessor implements InvocationHandler {
    private final MethodHandle handle;
    private final boolean isStatic;
    private final int count;

    Accessor(Method method) throws IllegalAccessException {
      // What the lookup hands out is wrapped already, if its hook is there.
      this.handle = JdkInternals.lookup(method.getDeclaringClass()).unreflect(method);
      this.isStatic = Modifier.isStatic(method.getModifiers());
      this.count = method.getParameterCount();
    }

    @Override
    public Object invoke(Object proxy, Method invoke, Object[] words) throws Throwable {
      Object[] given = words[1] == null ? new Object[0] : (Object[]) words[1];
      if (given.length != count) {
        throw new IllegalArgumentException("wrong number of arguments");
      }
      Object[] all = new Object[count + (isStatic ? 0 : 1)];
      all[0] = words[0];
      System.arraycopy(given, 0, all, all.length - count, count);
      try {
        return handle.invokeWithArguments(all);
      } catch (ClassCastException | NullPointerException e) {
        throw new IllegalArgumentException(e);
      } catch (Throwable t) {
        throw new InvocationTargetException(t);
      }
    }
  }
}
