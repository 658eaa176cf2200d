package io.pinaudit.agent.boot;

import java.io.IOException;
import java.io.RandomAccessFile;

/** Stand-ins for native methods of the JDK, which cannot be instrumented themselves. */
public final class CallSites {
  private static volatile int setLengthHook = -1;

  private CallSites() {}

  /** Says which hook {@link #setLength} dispatches to. */
  public static void dispatchSetLengthTo(int hook) {
    setLengthHook = hook;
  }

  /** Called in place of {@link RandomAccessFile#setLength} where that is native (JDK 17 and 18). */
  public static void setLength(RandomAccessFile file, long lengthBytes) throws IOException {
    int hook = setLengthHook;
    Call call = hook < 0 ? null : Dispatcher.enter(hook, file, null, lengthBytes, 0, 0, 0);
    try {
      file.setLength(lengthBytes);
      Dispatcher.returned(0, call);
    } catch (Throwable t) {
      Dispatcher.threw(t, call);
      throw t;
    }
  }
}
