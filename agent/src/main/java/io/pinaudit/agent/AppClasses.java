package io.pinaudit.agent;

import io.pinaudit.agent.boot.ClassRewriter;
import io.pinaudit.agent.boot.Dispatcher;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.table.DeclaredPin;
import io.pinaudit.agent.table.HookPoint;
import io.pinaudit.agent.weave.CallSiteWeaver;
import io.pinaudit.agent.weave.ClassWeaver;
import io.pinaudit.agent.weave.DirectMapping;
import io.pinaudit.agent.weave.Weaving;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassDefinition;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Rewrites classes of the application as they are defined: those of libraries that call native
 * functions, those that the user has named, and those that call a native method of the JDK.
 *
 * <p>This class does not see classes that were loaded before the agent, nor classes that are
 * defined without {@code ClassLoader.defineClass}, such as hidden classes.
 */
final class AppClasses implements ClassRewriter {
  private static final byte[] SET_LENGTH = constant("setLength");
  private static final byte[] LENGTH = constant("(J)V");
  private static final byte[] NATIVE = constant("com/sun/jna/Native");
  private static final byte[] REGISTER = constant("register");
  private static final String PROFILERS = "$$YJP$$"; // com.sun.jna.NativeLibrary
  private static final String OWN = AppClasses.class.getPackageName() + ".";
  private static final String JFFI_INVOKERS = "com.kenai.jffi.";

  private final Instrumentation instrumentation;
  private final AtomicIntegerArray matches = new AtomicIntegerArray(Dispatcher.CAPACITY);
  private final Map<String, Map<String, Weaving>> methods = new LinkedHashMap<>();
  private int setLengthHook = -1;
  private int jffiHook = -1;
  private int jnaHook = -1;

  AppClasses(Instrumentation instrumentation) {
    this.instrumentation = instrumentation;
  }

  /** Returns a name as it stands in the constant pool of a class file (JVMS 4.4.7). */
  private static byte[] constant(String name) {
    byte[] text = name.getBytes(StandardCharsets.UTF_8);
    byte[] constant = new byte[3 + text.length];
    constant[0] = 1; // CONSTANT_Utf8
    constant[1] = (byte) (text.length >> 8);
    constant[2] = (byte) text.length;
    System.arraycopy(text, 0, constant, 3, text.length);
    return constant;
  }

  /**
   * Asks for a hook in classes of the application. Call this before the first class is rewritten.
   */
  void add(HookPoint point, int number) {
    switch (point.action().place()) {
      case CALL_SITES -> jffiHook = number;
      case BOUND_METHODS -> jnaHook = number;
      case LIBRARY ->
          add(point.className(), point.key(), new Weaving(number, point.action().style()));
      case JDK, LINKER, MEETINGS, GUARD, ARENAS, HOLDING ->
          throw new IllegalArgumentException(point.name() + " is of the JDK");
    }
  }

  /** Asks to replace calls of {@code setLength}. Call this before the first class is rewritten. */
  void replaceSetLength(int number) {
    setLengthHook = number;
  }

  /**
   * Asks for a hook in a method that the user has named. Call this before the first class is
   * rewritten.
   */
  void add(DeclaredPin pin, int number) {
    add(
        pin.className(),
        ClassWeaver.key(pin.method(), pin.roles().size()),
        new Weaving(number, Weaving.Style.ARGUMENTS, pin.positions()));
  }

  private void add(String className, String key, Weaving weaving) {
    Map<String, Weaving> ofClass = methods.get(className);
    if (ofClass == null) {
      ofClass = new LinkedHashMap<>();
      methods.put(className, ofClass);
    }
    ofClass.put(key, weaving);
  }

  /** Returns the number of classes that a hook was woven into. */
  int matches(int number) {
    return matches.get(number);
  }

  @Override
  public byte[] rewrite(ClassLoader loader, String name, byte[] bytes, int from, int length) {
    if (name != null && name.startsWith(OWN)) {
      // What rewrites is loaded while it rewrites: to rewrite it as well would never end.
      return null;
    }
    Map<String, Weaving> wanted = name == null ? null : methods.get(name);
    if (wanted != null) {
      return weaveMethods(loader, name, copy(bytes, from, length), wanted);
    }
    if (jffiHook >= 0
        && name != null
        && name.startsWith(JFFI_INVOKERS)
        && name.endsWith("Invoker")) {
      return weaveCalls(loader, name, copy(bytes, from, length), CallSiteWeaver.Kind.JFFI);
    }
    byte[] direct =
        jnaHook >= 0
                && contains(bytes, from, length, NATIVE)
                && contains(bytes, from, length, REGISTER)
            ? weaveDirectMapping(loader, name, copy(bytes, from, length))
            : null;
    if (setLengthHook >= 0
        && contains(bytes, from, length, SET_LENGTH)
        && contains(bytes, from, length, LENGTH)) {
      byte[] given = direct != null ? direct : copy(bytes, from, length);
      byte[] woven = weaveCalls(loader, name, given, CallSiteWeaver.Kind.SET_LENGTH);
      return woven != null ? woven : direct;
    }
    return direct;
  }

  private byte[] weaveDirectMapping(ClassLoader loader, String name, byte[] classFile) {
    String prefix = System.getProperty("jna.profiler.prefix", PROFILERS);
    if (!leavesPrefixOut(loader) || !seesDispatcher(loader, name)) {
      return null;
    }
    byte[] woven = DirectMapping.weave(classFile, jnaHook, prefix);
    if (woven != null) {
      matches.incrementAndGet(jnaHook);
    }
    return woven;
  }

  /**
   * Returns whether JNA leaves out the prefix of a function's name that is meant for profilers,
   * when it looks the function up.
   */
  private static boolean leavesPrefixOut(ClassLoader loader) {
    try (InputStream in = loader.getResourceAsStream("com/sun/jna/NativeLibrary.class")) {
      byte[] classFile = in == null ? new byte[0] : in.readAllBytes();
      return contains(classFile, 0, classFile.length, constant(PROFILERS));
    } catch (IOException e) {
      return false;
    }
  }

  private byte[] weaveMethods(
      ClassLoader loader, String name, byte[] classFile, Map<String, Weaving> wanted) {
    if (!seesDispatcher(loader, name)) {
      return null;
    }
    ClassWeaver.Woven woven = ClassWeaver.weave(classFile, wanted);
    for (int number : woven.matches().keySet()) {
      matches.incrementAndGet(number);
    }
    return woven.matches().isEmpty() ? null : woven.classFile();
  }

  private byte[] weaveCalls(
      ClassLoader loader, String name, byte[] classFile, CallSiteWeaver.Kind kind) {
    int number =
        switch (kind) {
          case SET_LENGTH -> setLengthHook;
          case JFFI -> jffiHook;
        };
    byte[] woven =
        seesDispatcher(loader, name) ? CallSiteWeaver.weave(classFile, kind, number) : null;
    if (woven != null) {
      matches.incrementAndGet(number);
    }
    return woven;
  }

  private static byte[] copy(byte[] bytes, int from, int length) {
    byte[] copy = new byte[length];
    System.arraycopy(bytes, from, copy, 0, length);
    return copy;
  }

  /**
   * Returns whether the class can be linked to the dispatcher; makes the class's module read the
   * dispatcher's module if needed.
   */
  private boolean seesDispatcher(ClassLoader loader, String name) {
    try {
      if (Class.forName(Dispatcher.class.getName(), false, loader) != Dispatcher.class) {
        return false;
      }
    } catch (ClassNotFoundException e) {
      return false;
    }
    int end = name == null ? -1 : name.lastIndexOf('.');
    if (end > 0) {
      String packageName = name.substring(0, end);
      Set<Module> reads = Set.of(Dispatcher.class.getModule());
      for (Module module : JdkInternals.modules(loader)) {
        if (module.getPackages().contains(packageName)) {
          instrumentation.redefineModule(module, reads, Map.of(), Map.of(), Set.of(), Map.of());
        }
      }
    }
    return true;
  }

  private static boolean contains(byte[] bytes, int from, int length, byte[] word) {
    int last = from + length - word.length;
    for (int i = from; i <= last; i++) {
      if (bytes[i] == word[0] && matches(bytes, i, word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] bytes, int from, byte[] word) {
    for (int i = 1; i < word.length; i++) {
      if (bytes[from + i] != word[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Weaves the classes that were loaded before the agent. Hooks that add methods to a class cannot
   * be woven then.
   */
  void weaveLoaded() {
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      Map<String, Weaving> wanted = methods.get(type.getName());
      if (wanted != null && type.getClassLoader() != null) {
        weaveLoaded(type, wanted);
      }
    }
  }

  private void weaveLoaded(Class<?> type, Map<String, Weaving> wanted) {
    String resource = "/" + type.getName().replace('.', '/') + ".class";
    try (InputStream in = type.getResourceAsStream(resource)) {
      byte[] woven =
          in == null
              ? null
              : weaveMethods(type.getClassLoader(), type.getName(), in.readAllBytes(), wanted);
      if (woven != null) {
        instrumentation.redefineClasses(new ClassDefinition(type, woven));
      }
    } catch (IOException
        | ClassNotFoundException
        | UnmodifiableClassException
        | LinkageError
        | RuntimeException e) {
      for (Weaving weaving : wanted.values()) {
        Dispatcher.fail(weaving.hook(), e);
      }
    }
  }
}
