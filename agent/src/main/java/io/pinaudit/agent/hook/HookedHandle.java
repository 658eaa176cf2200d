package io.pinaudit.agent.hook;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Dispatcher;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;

/**
 * Wraps the handle of a native method and does what woven code does in other methods: passes the
 * references, with the receiver, and the integers to the hook.
 */
final class HookedHandle {
  private static final MethodHandle INVOKE = invoke();

  private final MethodHandle method;
  private final int hook;

  private HookedHandle(MethodHandle method, int hook) {
    this.method = method;
    this.hook = hook;
  }

  /** Returns a wrapped handle of the same type. */
  static MethodHandle wrap(MethodHandle handle, int hook) {
    int count = handle.type().parameterCount();
    MethodHandle spread =
        handle
            .asSpreader(Object[].class, count)
            .asType(MethodType.methodType(Object.class, Object[].class));
    return INVOKE
        .bindTo(new HookedHandle(spread, hook))
        .asCollector(Object[].class, count)
        .asType(handle.type());
  }

  private static MethodHandle invoke() {
    try {
      return MethodHandles.lookup()
          .findVirtual(
              HookedHandle.class, "invoke", MethodType.methodType(Object.class, Object[].class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  // Reached by its handle only.
  Object invoke(Object[] arguments) throws Throwable {
    Call call = enter(arguments);
    Object result;
    try {
      result = method.invokeExact(arguments);
    } catch (Throwable t) {
      Dispatcher.threw(t, call);
      throw t;
    }
    Dispatcher.returned(result instanceof Number number ? number.longValue() : 0, call);
    return result;
  }

  private Call enter(Object[] arguments) {
    Object[] references = new Object[2];
    long[] numbers = new long[4];
    int referenceCount = 0;
    int numberCount = 0;
    for (Object argument : arguments) {
      if (argument instanceof Number || argument instanceof Boolean) {
        numbers[numberCount++] =
            argument instanceof Number number
                ? number.longValue()
                : Boolean.TRUE.equals(argument) ? 1 : 0;
      } else {
        references[referenceCount++] = argument;
      }
    }
    return Dispatcher.enter(
        hook, references[0], references[1], numbers[0], numbers[1], numbers[2], numbers[3]);
  }
}
