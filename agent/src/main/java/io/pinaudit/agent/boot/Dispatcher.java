package io.pinaudit.agent.boot;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.InvalidPathException;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * The only class that instrumented code calls. It finds the hook by its number, and keeps whatever
 * goes wrong in the hook away from the application.
 *
 * <p>Safe for any thread; takes no lock. A hook that throws is counted and taken out of service.
 */
public final class Dispatcher {
  /** The largest number of hooks. */
  public static final int CAPACITY = 256;

  // Written before the code that reads it is woven in, and set to null when a hook fails; a thread
  // that still sees a failed hook for a moment only makes it fail once more.
  private static final Hook[] HOOKS = new Hook[CAPACITY];
  // One more than there are hooks: see below.
  private static final AtomicLongArray LOST = new AtomicLongArray(CAPACITY + 1);
  private static final AtomicReferenceArray<String> REASONS =
      new AtomicReferenceArray<>(CAPACITY + 1);

  // Calls lost for want of stack, counted without a call: that might overflow in its turn, and the
  // application would see it. Two threads that count at once may count one.
  private static final long[] OVERFLOWS = new long[CAPACITY];

  static {
    // The first use links code, which takes memory: losses are counted when there is none left.
    lose(CAPACITY, null);
  }

  private Dispatcher() {}

  /** Puts a hook into service; null takes it out of service. */
  public static void install(int hook, Hook action) {
    HOOKS[hook] = action;
  }

  /** Returns whether a hook is in service. */
  public static boolean installed(int hook) {
    return HOOKS[hook] != null;
  }

  /** Returns whether a hook was taken out of service because it threw. */
  public static boolean failed(int hook) {
    return HOOKS[hook] == null && REASONS.get(hook) != null;
  }

  /** Returns the number of calls of a hook that could not be recorded. */
  public static long lost(int hook) {
    return LOST.get(hook) + OVERFLOWS[hook];
  }

  /** Returns why the last of those calls was lost; null if none was. */
  public static String reason(int hook) {
    String reason = REASONS.get(hook);
    return reason == null && OVERFLOWS[hook] > 0 ? StackOverflowError.class.getName() : reason;
  }

  /**
   * Begins a call. Instrumented code calls this at the start of a method. Throws what the guard
   * refuses the call with, and nothing else.
   */
  public static Call enter(int hook, Object first, Object second, long a, long b, long c, long d) {
    Hook action = HOOKS[hook];
    if (action == null) {
      return null;
    }
    try {
      // A call as well, while this method is interpreted: it may run out of stack.
      if (Thread.currentThread() instanceof AgentThread) {
        return null;
      }
      Call call = action.enter(first, second, a, b, c, d);
      if (call != null) {
        call.hook = hook;
      }
      return call;
    } catch (Refusal refusal) {
      throw refusal.deliver();
    } catch (StackOverflowError e) {
      OVERFLOWS[hook]++;
      return null;
    } catch (Throwable t) {
      fail(hook, t);
      return null;
    }
  }

  /** Ends a call. Instrumented code calls this where a method returns a number or nothing. */
  public static void returned(long result, Call call) {
    if (call != null) {
      try {
        call.stop();
        call.end(result, null);
      } catch (StackOverflowError e) {
        OVERFLOWS[call.hook]++;
      } catch (Throwable t) {
        fail(call.hook, t);
      }
    }
  }

  /**
   * Ends a call. Instrumented code calls this where a method returns an object, and returns the
   * result to the caller.
   */
  public static Object returned(Object result, Call call) {
    if (call == null) {
      return result;
    }
    try {
      call.stop();
      return call.end(result);
    } catch (StackOverflowError e) {
      OVERFLOWS[call.hook]++;
      return result;
    } catch (Throwable t) {
      fail(call.hook, t);
      return result;
    }
  }

  /** Ends a call. Instrumented code calls this where a method throws, and then throws on. */
  public static void threw(Throwable thrown, Call call) {
    if (call != null) {
      try {
        call.stop();
        call.end(-1, thrown.getClass().getName() + ": " + thrown.getMessage());
      } catch (StackOverflowError e) {
        OVERFLOWS[call.hook]++;
      } catch (Throwable t) {
        fail(call.hook, t);
      }
    }
  }

  /** Counts a call that a hook could not record; disables the hook if the hook is to blame. */
  public static void fail(int hook, Throwable thrown) {
    try {
      if (!isCircumstance(thrown)) {
        HOOKS[hook] = null;
      }
      lose(hook, thrown.getClass().getName() + ": " + thrown.getMessage());
    } catch (Throwable again) {
      // Nothing is left to be done: the application must not see it.
      return;
    }
  }

  /**
   * Returns whether the application or the system is to blame: for a lack of memory or stack, or a
   * closed file.
   */
  private static boolean isCircumstance(Throwable thrown) {
    return thrown instanceof VirtualMachineError
        || thrown instanceof IOException
        || thrown instanceof InvalidPathException
        || thrown instanceof UncheckedIOException;
  }

  /** Counts a call that a hook could not record. */
  public static void lose(int hook, String reason) {
    LOST.incrementAndGet(hook);
    REASONS.set(hook, reason);
  }
}
