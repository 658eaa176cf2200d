package io.pinaudit.agent.jdk;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;

/**
 * The types of java.lang.foreign (final since JDK 22) that hooks are handed, read by name because
 * the agent is compiled for an older JDK.
 *
 * <p>Use nothing but {@link #AVAILABLE} where that is false.
 */
public final class ForeignMemory {
  public static final boolean AVAILABLE = Runtime.version().feature() >= 22;

  private ForeignMemory() {}

  /** Returns the address of a memory segment; 0 if there is none, or it lies in the Java heap. */
  public static long address(Object segment) throws Throwable {
    return segment != null && (boolean) Handles.IS_NATIVE.invokeExact(segment)
        ? (long) Handles.ADDRESS.invokeExact(segment)
        : 0;
  }

  /** Returns the first int of a memory segment. */
  public static int firstInt(Object segment) throws Throwable {
    return (int) Handles.FIRST_INT.invokeExact(segment);
  }

  /** Returns the number of arguments of a function descriptor. */
  public static int argumentCount(Object function) throws Throwable {
    return ((List<?>) Handles.ARGUMENTS.invokeExact(function)).size();
  }

  /** Returns a type of java.lang.foreign. */
  public static Class<?> type(String name) throws ClassNotFoundException {
    return Class.forName("java.lang.foreign." + name, false, null);
  }

  /** Returns the memory layout of an int or a long. */
  static Object layout(Class<?> type) throws ReflectiveOperationException {
    String name = type == int.class ? "JAVA_INT" : "JAVA_LONG";
    return type("ValueLayout").getField(name).get(null);
  }

  /** Returns whether an object is a memory segment outside the Java heap. */
  public static boolean isNative(Object object) throws Throwable {
    return Handles.SEGMENT.isInstance(object) && (boolean) Handles.IS_NATIVE.invokeExact(object);
  }

  /** Returns the length of a memory segment in bytes. */
  public static long sizeBytes(Object segment) throws Throwable {
    return (long) Handles.SIZE.invokeExact(segment);
  }

  private static final class Handles {
    static final Class<?> SEGMENT;
    static final MethodHandle ADDRESS;
    static final MethodHandle SIZE;
    static final MethodHandle IS_NATIVE;
    static final MethodHandle FIRST_INT;
    static final MethodHandle ARGUMENTS;

    static {
      try {
        Class<?> segment = type("MemorySegment");
        SEGMENT = segment;
        SIZE = reader(segment, "byteSize", long.class);
        ADDRESS = reader(segment, "address", long.class);
        IS_NATIVE = reader(segment, "isNative", boolean.class);
        ARGUMENTS = reader(type("FunctionDescriptor"), "argumentLayouts", List.class);
        MethodType get = MethodType.methodType(int.class, type("ValueLayout$OfInt"), long.class);
        MethodHandle getInt = MethodHandles.publicLookup().findVirtual(segment, "get", get);
        FIRST_INT =
            MethodHandles.insertArguments(getInt, 1, layout(int.class), 0L)
                .asType(MethodType.methodType(int.class, Object.class));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private static MethodHandle reader(Class<?> owner, String name, Class<?> type)
        throws ReflectiveOperationException {
      return MethodHandles.publicLookup()
          .findVirtual(owner, name, MethodType.methodType(type))
          .asType(MethodType.methodType(type, Object.class));
    }
  }
}
