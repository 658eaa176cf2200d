package io.pinaudit.agent.hook;

import io.pinaudit.agent.table.HookPoint;
import java.lang.reflect.Method;
import java.util.HashMap;
import java.util.Map;

/**
 * Maps native methods of the JDK to their hooks. Libraries look these methods up by reflection to
 * get past the JDK's API, and no code can be woven into them.
 *
 * <p>The map is filled while the hooks are installed, and any thread may read it after that.
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

  /** Returns the number of the hook of a method; −1 if the method has none. */
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
