package io.pinaudit.agent.weave;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Dispatcher;
import io.pinaudit.agent.boot.Hook;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Weaves into a class of its own, which the JVM verifies, unlike those of the JDK. */
class MethodWeaverTest {
  private static final int HOOK = Dispatcher.CAPACITY - 1;
  private final List<String> seen = new ArrayList<>();

  /** What is woven into: branches, wide and narrow variables, a handler, several returns. */
  public static final class Subject {
    public static long sum(int[] numbers, long start, int limit, boolean twice) {
      long sum = start;
      for (int number : numbers) {
        if (number > limit) {
          return -sum;
        }
        String text = twice ? "" + number + number : "" + number;
        try {
          sum += Long.parseLong(text);
        } catch (NumberFormatException e) {
          sum--;
        }
      }
      return sum;
    }

    public String join(String first, String second) {
      if (second == null) {
        throw new IllegalArgumentException("no second");
      }
      return first + second;
    }

    public void nothing() {}
  }

  private final class Recording extends Call {
    @Override
    public void end(long result, String error) {
      seen.add("end " + result + " " + error);
    }

    @Override
    public Object end(Object result) {
      seen.add("end " + result);
      return result + "!";
    }
  }

  @BeforeEach
  void installHook() {
    Hook hook =
        (first, second, a, b, c, d) -> {
          seen.add(
              (first == null) + " " + (second == null) + " " + a + " " + b + " " + c + " " + d);
          return new Recording();
        };
    Dispatcher.install(HOOK, hook);
  }

  @AfterEach
  void removeHook() {
    Dispatcher.install(HOOK, null);
  }

  private static Class<?> weave(String method, int arguments) throws Exception {
    return weave(method, arguments, Weaving.Style.ARGUMENTS);
  }

  private static Class<?> weave(String method, int arguments, Weaving.Style style)
      throws Exception {
    byte[] classFile = classFile(Subject.class);
    ClassWeaver.Woven woven =
        ClassWeaver.weave(
            classFile, Map.of(ClassWeaver.key(method, arguments), new Weaving(HOOK, style)));
    assertEquals(Map.of(HOOK, 1), woven.matches());
    return new ClassLoader(MethodWeaverTest.class.getClassLoader()) {
      Class<?> define() {
        byte[] bytes = woven.classFile();
        return defineClass(Subject.class.getName(), bytes, 0, bytes.length);
      }
    }.define();
  }

  private static byte[] classFile(Class<?> type) throws IOException {
    String resource = "/" + type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getResourceAsStream(resource)) {
      return in.readAllBytes();
    }
  }

  @Test
  void passesWordsAndResults() throws Exception {
    Method sum =
        weave("sum", 4).getMethod("sum", int[].class, long.class, int.class, boolean.class);
    assertEquals(5L + 11 + 22, sum.invoke(null, new int[] {1, 2}, 5L, 9, true));
    assertEquals(-6L, sum.invoke(null, new int[] {1, 10}, 5L, 9, false));
    assertEquals(
        List.of("false true 5 9 1 0", "end 38 null", "false true 5 9 0 0", "end -6 null"), seen);
  }

  @Test
  void replacesObjectsAndReportsExceptions() throws Exception {
    Class<?> type = weave("join", 2);
    Object subject = type.getConstructor().newInstance();
    Method join = type.getMethod("join", String.class, String.class);
    assertEquals("ab!", join.invoke(subject, "a", "b"));
    Throwable thrown =
        assertThrows(
            InvocationTargetException.class, () -> join.invoke(subject, "a", (String) null));
    assertEquals("no second", thrown.getCause().getMessage());
    assertEquals(
        List.of(
            "false false 0 0 0 0",
            "end ab",
            "false true 0 0 0 0",
            "end -1 java.lang.IllegalArgumentException: no second"),
        seen);
  }

  @Test
  void passesTheReceiverAfterTheArguments() throws Exception {
    Class<?> type = weave("nothing", 0);
    type.getMethod("nothing").invoke(type.getConstructor().newInstance());
    assertEquals(List.of("false true 0 0 0 0", "end 0 null"), seen);
  }

  @Test
  void passesTheReceiverBeforeTheArgumentsIfAsked() throws Exception {
    Class<?> type = weave("join", 2, Weaving.Style.RECEIVER_FIRST);
    Object subject = type.getConstructor().newInstance();
    type.getMethod("join", String.class, String.class).invoke(subject, null, "b");
    // The second reference is the first argument now, which is null.
    assertEquals("false true 0 0 0 0", seen.get(0));
  }

  @Test
  void doesWithoutAHookThatFails() throws Exception {
    Dispatcher.install(
        HOOK,
        (first, second, a, b, c, d) -> {
          throw new IllegalStateException("fault");
        });
    Class<?> type = weave("nothing", 0);
    type.getMethod("nothing").invoke(type.getConstructor().newInstance());
    assertEquals(false, Dispatcher.installed(HOOK));
    assertEquals("java.lang.IllegalStateException: fault", Dispatcher.reason(HOOK));
  }
}
