package io.pinaudit.agent.stand;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The stack of the current thread, as far as it matters to a plan or the guard: the innermost
 * frames of the program itself, and whether the thread must not be held.
 *
 * <p>A thread must not be held where many others would wait for it, or for ever: in a class
 * initializer, in code that frees the memory of unreachable objects, and in an event loop. An event
 * loop is recognized by the classes on its stack, and by what they extend or implement, not by the
 * names of threads.
 */
public final class CallStack implements Function<Stream<StackWalker.StackFrame>, Boolean> {
  /** The largest number of frames of a call that a plan can name. */
  public static final int FRAMES = 8;

  private static final int MOST_WALKED = 512;
  private static final int INNERMOST = 64;
  private static final String SESSIONS = "jdk.internal.foreign.";
  private static final StackWalker WALKER =
      StackWalker.getInstance(StackWalker.Option.RETAIN_CLASS_REFERENCE);

  /** The classes whose threads free what unreachable objects leave behind. */
  private static final Set<String> CLEANERS =
      Set.of(
          "java.lang.ref.Reference$ReferenceHandler",
          "java.lang.ref.Finalizer$FinalizerThread",
          "jdk.internal.ref.CleanerImpl");

  /** Event loops of libraries that do not use a selector of the JDK. */
  private static final Set<String> LOOPS =
      Set.of(
          "io.netty.channel.EventLoopGroup",
          "io.netty.util.concurrent.SingleThreadEventExecutor",
          "io.netty.channel.IoHandler",
          "java.awt.EventDispatchThread",
          "org.xnio.nio.WorkerThread");

  private static final ClassValue<Boolean> IS_LOOP =
      new ClassValue<>() {
        @Override
        protected Boolean computeValue(Class<?> type) {
          return isLoop(type);
        }
      };

  private final List<String> frames = new ArrayList<>(FRAMES);
  private boolean isLoop;
  private boolean closesArena;

  private CallStack() {}

  /** Returns the stack of the current thread; null if the thread must not be held. */
  public static CallStack ofThisThread() {
    CallStack stack = new CallStack();
    return WALKER.walk(stack) ? stack : null;
  }

  /** Returns the frames of the program, innermost first, at most {@value #FRAMES}. */
  public List<String> frames() {
    return frames;
  }

  /** Returns whether the stack is that of an event loop. */
  public boolean isLoop() {
    return isLoop;
  }

  /**
   * Returns whether an arena that is being closed unmaps the memory that is unmapped on this stack.
   */
  public boolean closesArena() {
    return closesArena;
  }

  @Override
  public Boolean apply(Stream<StackWalker.StackFrame> stream) {
    Iterator<StackWalker.StackFrame> walk = stream.iterator();
    for (int i = 0; i < MOST_WALKED && walk.hasNext(); i++) {
      StackWalker.StackFrame frame = walk.next();
      String className = frame.getClassName();
      if (frame.getMethodName().equals("<clinit>") || CLEANERS.contains(className)) {
        return false;
      }
      isLoop |= IS_LOOP.get(frame.getDeclaringClass());
      closesArena |= i < INNERMOST && className.startsWith(SESSIONS);
      if (frames.size() < FRAMES && isOfProgram(className)) {
        frames.add(className + "." + withoutNumber(frame.getMethodName()));
      }
    }
    return true;
  }

  private static boolean isLoop(Class<?> type) {
    for (Class<?> each = type; each != null; each = each.getSuperclass()) {
      if (LOOPS.contains(each.getName())) {
        return true;
      }
      for (Class<?> face : each.getInterfaces()) {
        if (isLoop(face)) {
          return true;
        }
      }
    }
    return false;
  }

  /**
   * Returns whether a class belongs to the program, by the same rule that the analyzer has for
   * frames of a recording.
   */
  public static boolean isOfProgram(String className) {
    return !className.startsWith("java.")
        && !className.startsWith("jdk.")
        && !className.startsWith("sun.")
        && !className.startsWith("io.pinaudit.agent.")
        && !className.startsWith("io.pinaudit.events.")
        && !className.contains("$$Lambda")
        && !className.contains("LambdaForm$");
  }

  /** Removes the number that javac gives to each lambda of a class: {@code lambda$main$3}. */
  static String withoutNumber(String method) {
    int number = method.startsWith("lambda$") ? method.lastIndexOf('$') : -1;
    return number > "lambda".length() && isNumber(method, number + 1)
        ? method.substring(0, number)
        : method;
  }

  private static boolean isNumber(String text, int from) {
    for (int i = from; i < text.length(); i++) {
      if (!Character.isDigit(text.charAt(i))) {
        return false;
      }
    }
    return from < text.length();
  }
}
