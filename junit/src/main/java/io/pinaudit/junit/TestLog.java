package io.pinaudit.junit;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;

/**
 * Notes which test of this JVM ran when, and on which thread: those without the annotation too, for
 * what they do is in the recording of those that run at the same time.
 *
 * <p>The JUnit launcher makes one and calls it on the threads of the tests. Tests that ended while
 * nothing was recorded are forgotten.
 */
public final class TestLog implements TestExecutionListener {
  private static final Map<String, RunningTest> TESTS = new ConcurrentHashMap<>();
  private static int recordings; // guarded by the class

  /** Makes the log; the service loader calls this. */
  public TestLog() {}

  static synchronized void recordingBegins() {
    recordings++;
  }

  static synchronized void recordingEnds() {
    recordings--;
    if (recordings == 0) {
      TESTS.values().removeIf(test -> test.endedNanos() != Long.MAX_VALUE);
    }
  }

  /** Returns all tests that ran since the earliest recording began that still goes on. */
  static List<RunningTest> tests() {
    return List.copyOf(TESTS.values());
  }

  @Override
  public void executionStarted(TestIdentifier identifier) {
    if (identifier.isTest() && identifier.getSource().orElse(null) instanceof MethodSource source) {
      TESTS.put(identifier.getUniqueId(), test(identifier, source));
    }
  }

  @Override
  public void executionFinished(TestIdentifier identifier, TestExecutionResult result) {
    end(identifier.getUniqueId());
  }

  private static synchronized void end(String id) {
    if (recordings == 0) {
      TESTS.remove(id);
    } else {
      TESTS.computeIfPresent(id, (key, test) -> test.ended(System.nanoTime()));
    }
  }

  private static RunningTest test(TestIdentifier identifier, MethodSource source) {
    String type = source.getClassName();
    String simple = type.substring(type.lastIndexOf('.') + 1).replace('$', '.');
    // "[2] 4096" distinguishes the invocations of one method.
    String display = identifier.getDisplayName();
    String invocation = display.startsWith("[") ? " " + display : "";
    return new RunningTest(
        identifier.getUniqueId(),
        simple + "." + source.getMethodName() + invocation,
        declaringClass(source).orElse(type),
        source.getMethodName(),
        kernelThread(),
        System.nanoTime(),
        Long.MAX_VALUE);
  }

  private static Optional<String> declaringClass(MethodSource source) {
    try {
      Method method = source.getJavaMethod();
      return Optional.of(method.getDeclaringClass().getName());
    } catch (RuntimeException e) {
      // The method belongs to another engine and has no class in Java.
      return Optional.empty();
    }
  }

  private static long kernelThread() {
    try {
      // "4711/task/4712"
      Path link = Files.readSymbolicLink(Path.of("/proc/thread-self"));
      return Long.parseLong(link.getFileName().toString());
    } catch (IOException | NumberFormatException e) {
      return -1;
    }
  }
}
