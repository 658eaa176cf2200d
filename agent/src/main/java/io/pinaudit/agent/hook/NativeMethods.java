package io.pinaudit.agent.hook;

import io.pinaudit.agent.table.HookPoint;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;

/**
 * The native methods of the JDK that libraries look up by reflection to get past its API, and the
 * hooks that answer for them: no code can be woven into them.
 *
 * <p>Filled while the hooks are installed, read by any thread after that.
 */
public final class NativeMethods {
  private final Map<String, Map<String, Integer>> hooks = new HashMap<>();

  public void add(HookPoint point, int number) {
    Map<String, Integer> ofClass = hooks.get(point.className());
    if (ofClass == null) {
      ofClass = new HashMap<>();
      hooks.put(point.className(), ofClass);
    }
    ofClass.put(point.method(), number);
  }

  /** The hook of a method; −1 if it has none. */
  int hook(Class<?> owner, String method) {
    // Most methods that are looked up are of the application.
    if (owner.getClassLoader() != null) {
      return -1;
    }
    Map<String, Integer> ofClass = hooks.get(owner.getName());
    return ofClass == null ? -1 : ofClass.getOrDefault(method, -1);
  }

  int hook(Method method) {
    return hook(method.getDeclaringClass(), method.getName());
  }
}
