package io.pinaudit.agent.boot;

/** What is called before native methods of the JDK, which cannot be instrumented themselves. */
public final class CallSites {
  private static volatile int setLengthHook = -1;

  private CallSites() {}

  /** Says which hook {@link #setLength} dispatches to. */
  public static void dispatchSetLengthTo(int hook) {
    setLengthHook = hook;
  }

  /**
   * Called before a method {@code setLength(long)}, which may be that of a RandomAccessFile, where
   * that is native (JDK 17 and 18).
   *
   * @param from the class in which the method is looked for; null for that of the object
   */
  public static Call setLength(Object file, Class<?> from, long lengthBytes) {
    int hook = setLengthHook;
    return hook < 0 || file == null
        ? null
        : Dispatcher.enter(hook, file, from == null ? file.getClass() : from, lengthBytes, 0, 0, 0);
  }
}
