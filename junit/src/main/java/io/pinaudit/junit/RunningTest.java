package io.pinaudit.junit;

/**
 * One run of one test.
 *
 * @param id unique in its JVM, and begins with the id of its class
 * @param shown what the reader sees, such as {@code OrdersTest.cutsWhileMapped}
 * @param type binary name of the class that declares the method
 * @param method name of the method
 * @param thread id of the test's thread in the kernel, as this process knows it; -1 if unknown
 * @param beganNanos of {@link System#nanoTime()}
 * @param endedNanos the same; {@link Long#MAX_VALUE} while it runs
 */
record RunningTest(
    String id,
    String shown,
    String type,
    String method,
    long thread,
    long beganNanos,
    long endedNanos) {
  RunningTest ended(long nanos) {
    return new RunningTest(id, shown, type, method, thread, beganNanos, nanos);
  }

  boolean ranAt(long nanos) {
    return beganNanos <= nanos && nanos <= endedNanos;
  }

  /** Returns whether a stack frame is code of this test: its method, or a lambda in it. */
  boolean wrote(Report.Frame frame) {
    return frame.type().equals(type)
        && (frame.method().equals(method) || frame.method().startsWith("lambda$" + method + "$"));
  }

  /** Returns whether a stack frame is code of this test's class, or of a class nested in it. */
  boolean shipped(Report.Frame frame) {
    return frame.type().equals(type) || frame.type().startsWith(type + "$");
  }
}
