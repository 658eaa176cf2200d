package io.pinaudit.agent.boot;

/**
 * The methods that woven code calls before native methods of the JDK, which cannot be instrumented
 * themselves.
 */
public final class CallSites {
  private static volatile int setLengthHook = -1;

  private CallSites() {}

  /** Sets the hook that {@link #setLength} dispatches to. */
  public static void dispatchSetLengthTo(int hook) {
    setLengthHook = hook;
  }

  /**
   * Dispatches a call of a method {@code setLength(long)}. Woven code calls this before the method,
   * which may be that of a RandomAccessFile, on JDKs where that is native (17 and 18).
   *
   * @param from the class in which the method is looked for; null for the class of the object
   */
  public static Call setLength(Object file, Class<?> from, long lengthBytes) {
    int hook = setLengthHook;
    return hook < 0 || file == null
        ? null
        : Dispatcher.enter(hook, file, from == null ? file.getClass() : from, lengthBytes, 0, 0, 0);
  }
}
