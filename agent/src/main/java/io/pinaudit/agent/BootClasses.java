package io.pinaudit.agent;

import io.pinaudit.agent.jdk.JdkInternals;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.security.ProtectionDomain;
import java.util.List;

/**
 * Defines the events and the dispatcher in the boot loader, where instrumented classes of the JDK
 * find them.
 *
 * <p>The classes are defined one by one through the JDK's own access interface. Adding the jar to
 * the boot class path instead makes the JVM of some JDKs print a warning about class data sharing.
 * This class must not refer to the classes that it defines, or the agent's own loader would be
 * asked for them too early.
 */
public final class BootClasses {
  private static final String DISPATCHER = "io.pinaudit.agent.boot.Dispatcher";

  // A class follows what it extends and what it is annotated with.
  private static final List<String> EVENTS =
      List.of(
          "TransferEvent$RequestId",
          "MemoryPin$PinId",
          "TimedEvent",
          "FileEvent",
          "MappingEvent",
          "BufferEvent",
          "TransferEvent",
          "BriefTransfer",
          "BufferTransfer",
          "DaxMounts",
          "FileClose",
          "FileDelete",
          "FileMap",
          "FileRename",
          "FileTransfer",
          "FileTruncate",
          "FileUnmap",
          "FullFileSystem",
          "HazardFound",
          "HookCoverage",
          "Intervention",
          "LiveMapping",
          "LivePin",
          "MappingCheck",
          "MeetingWait",
          "MemoryFree",
          "MemoryPin",
          "MemoryUnpin",
          "NativeCall",
          "PinMarker",
          "RangeDeallocate",
          "RecordingLoss",
          "ThreadOrder",
          "TransferEnd",
          "UnresolvedRequest");

  private static final List<String> BOOT =
      List.of(
          "AgentThread",
          "Call",
          "Hook",
          "Refusal",
          "Dispatcher",
          "CallSites",
          "ClassRewriter",
          "ClassFiles");

  private BootClasses() {}

  /** Returns the simple names of the events. */
  public static List<String> events() {
    return EVENTS;
  }

  /** Returns whether an agent has defined the classes before. */
  static boolean defined() {
    try {
      Class.forName(DISPATCHER, false, null);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Defines all classes; the packages of {@link JdkInternals#open} are open by now. */
  static void define() throws Throwable {
    MethodHandle definer = definer();
    for (String name : EVENTS) {
      define(definer, "io.pinaudit.events." + name);
    }
    for (String name : BOOT) {
      define(definer, "io.pinaudit.agent.boot." + name);
    }
  }

  /**
   * Initializes the event classes, one after the other, on this thread. If several threads
   * initialize event classes at once, some of them under locks of the JDK, they can wait for each
   * other for ever.
   */
  static void initializeEvents() throws ClassNotFoundException {
    for (String name : EVENTS) {
      Class.forName("io.pinaudit.events." + name, true, null);
    }
  }

  /** Returns the module of the defined classes. */
  static Module module() throws ClassNotFoundException {
    return Class.forName(DISPATCHER, false, null).getModule();
  }

  private static MethodHandle definer() throws Throwable {
    MethodHandles.Lookup lookup = MethodHandles.lookup();
    Class<?> access = Class.forName("jdk.internal.access.JavaLangAccess", false, null);
    Class<?> secrets = Class.forName("jdk.internal.access.SharedSecrets", false, null);
    Object javaLang =
        lookup.findStatic(secrets, "getJavaLangAccess", MethodType.methodType(access)).invoke();
    MethodType type =
        MethodType.methodType(
            Class.class,
            ClassLoader.class,
            String.class,
            byte[].class,
            ProtectionDomain.class,
            String.class);
    return lookup.findVirtual(access, "defineClass", type).bindTo(javaLang);
  }

  private static void define(MethodHandle definer, String name) throws Throwable {
    byte[] classFile = classFile(name);
    Class<?> defined =
        (Class<?>)
            definer.invokeExact(
                (ClassLoader) null, name, classFile, (ProtectionDomain) null, (String) null);
    if (defined.getClassLoader() != null) {
      throw new IllegalStateException(name + " is not in the boot loader");
    }
  }

  /** Returns the class file of one of these classes. */
  static byte[] classFile(String name) throws IOException {
    String resource = "/" + name.replace('.', '/') + ".class";
    try (InputStream in = BootClasses.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no " + resource + " in the jar of the agent");
      }
      return in.readAllBytes();
    }
  }
}
