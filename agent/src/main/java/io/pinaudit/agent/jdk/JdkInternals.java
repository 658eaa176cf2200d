package io.pinaudit.agent.jdk;

import java.io.FileDescriptor;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.invoke.VarHandle;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import jdk.jfr.FlightRecorder;

/** Gives the agent access to packages of {@code java.base} that are not open to others. */
public final class JdkInternals {
  private JdkInternals() {}

  /** Opens the packages that the agent needs to the agent alone. */
  public static void open(Instrumentation instrumentation) {
    Set<Module> us = Set.of(JdkInternals.class.getModule());
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of("jdk.internal.access", us, "jdk.internal.vm", us),
        Map.of(
            "java.io", us,
            "java.lang", us,
            "java.nio", us,
            "sun.nio.ch", us),
        Set.of(),
        Map.of());
    if (ForeignMemory.AVAILABLE) {
      instrumentation.redefineModule(
          Object.class.getModule(),
          Set.of(),
          Map.of(),
          Map.of("jdk.internal.foreign", us, "jdk.internal.foreign.abi", us),
          Set.of(),
          Map.of());
    }
  }

  /** Opens the package of the flight recorder that the agent needs to the agent alone. */
  public static void openFlightRecorder(Instrumentation instrumentation) {
    instrumentation.redefineModule(
        FlightRecorder.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of("jdk.jfr.internal", Set.of(JdkInternals.class.getModule())),
        Set.of(),
        Map.of());
  }

  /** Lets instrumented classes of a module of the JDK link to classes of another module. */
  public static void read(Instrumentation instrumentation, Module reader, Module read) {
    if (!reader.canRead(read)) {
      instrumentation.redefineModule(reader, Set.of(read), Map.of(), Map.of(), Set.of(), Map.of());
    }
  }

  /** Returns the named modules of a class loader, in all layers. */
  public static List<Module> modules(ClassLoader loader) {
    List<Module> modules = new ArrayList<>();
    for (ModuleLayer layer : Layers.of(loader)) {
      for (Module module : layer.modules()) {
        if (loader.equals(module.getClassLoader())) {
          modules.add(module);
        }
      }
    }
    return modules;
  }

  /** Returns a handle on a private field. */
  public static VarHandle field(String className, String name, Class<?> type)
      throws ReflectiveOperationException {
    Class<?> owner = Class.forName(className, false, null);
    return lookup(owner).findVarHandle(owner, name, type);
  }

  /** Returns a lookup with the access of a class of the JDK. */
  public static MethodHandles.Lookup lookup(Class<?> owner) throws IllegalAccessException {
    return MethodHandles.privateLookupIn(owner, MethodHandles.lookup());
  }

  /** Returns the number of a descriptor; −1 once the descriptor is closed. */
  public static int number(FileDescriptor descriptor) {
    return (int) Holder.NUMBER.get(descriptor);
  }

  /** Returns the address of the first element of a direct buffer. */
  public static long address(Buffer direct) {
    return (long) Holder.ADDRESS.get(direct);
  }

  /**
   * Returns the memory of this process at an address as a buffer; the buffer does not keep the
   * memory from being unmapped.
   */
  public static ByteBuffer memory(long address, int lengthBytes) throws Throwable {
    ByteBuffer memory = (ByteBuffer) (Buffer) Memory.AT.invokeExact(address, lengthBytes);
    return memory.order(ByteOrder.nativeOrder());
  }

  /** Returns whether a thread is a virtual one. */
  static boolean isVirtual(Thread thread) {
    return Holder.VIRTUAL != null && Holder.VIRTUAL.isInstance(thread);
  }

  /**
   * Keeps the current thread on its carrier if it is a virtual one, until {@link #unpin}: what the
   * JDK has under way in its caller may belong to the carrier.
   *
   * @return whether there is something to be undone
   */
  public static boolean pin() {
    boolean pins = isVirtual(Thread.currentThread());
    if (pins) {
      Carriers.call(Carriers.PIN);
    }
    return pins;
  }

  /** Undoes {@link #pin}. */
  public static void unpin() {
    Carriers.call(Carriers.UNPIN);
  }

  /** Returns the number of a thread, even if the thread's class overrides getId. */
  public static long number(Thread thread) {
    return (long) Holder.THREAD.get(thread);
  }

  /**
   * Returns whether a thread is interrupted, even if the thread's class overrides isInterrupted.
   */
  public static boolean isInterrupted(Thread thread) {
    return (boolean) Holder.INTERRUPTED.getVolatile(thread);
  }

  /**
   * Gives the current thread a permit after the agent has parked it. One that somebody gave it
   * meanwhile may be spent: parking may end without a permit, but must not wait for one that was
   * given.
   */
  public static void givePermitBack() {
    LockSupport.unpark(Thread.currentThread());
  }

  /** Returns whether a thread is one that the JDK makes for itself, such as a cleaner. */
  public static boolean isOfTheJvm(Thread thread) {
    return Holder.INNOCUOUS.isInstance(thread);
  }

  /** Returns the size of a page of memory in bytes. */
  public static int pageBytes() {
    return Holder.PAGE_BYTES;
  }

  private static final class Holder {
    static final VarHandle NUMBER;
    static final VarHandle ADDRESS;
    static final VarHandle THREAD;
    static final VarHandle INTERRUPTED;
    static final Class<?> INNOCUOUS;
    static final Class<?> VIRTUAL;
    static final int PAGE_BYTES;

    static {
      try {
        NUMBER = field(FileDescriptor.class.getName(), "fd", int.class);
        ADDRESS = field(Buffer.class.getName(), "address", long.class);
        THREAD = field(Thread.class.getName(), "tid", long.class);
        INTERRUPTED = field(Thread.class.getName(), "interrupted", boolean.class);
        INNOCUOUS = Class.forName("jdk.internal.misc.InnocuousThread", false, null);
        VIRTUAL =
            Runtime.version().feature() < 21
                ? null
                : Class.forName("java.lang.BaseVirtualThread", false, null);
        Class<?> bits = Class.forName("java.nio.Bits", false, null);
        MethodType noneToInt = MethodType.methodType(int.class);
        PAGE_BYTES = (int) lookup(bits).findStatic(bits, "pageSize", noneToInt).invokeExact();
      } catch (Throwable t) {
        throw new ExceptionInInitializerError(t);
      }
    }
  }

  /** Loaded only where there are virtual threads. */
  private static final class Carriers {
    static final MethodHandle PIN = method("pin");
    static final MethodHandle UNPIN = method("unpin");

    static void call(MethodHandle method) {
      try {
        method.invokeExact();
      } catch (Throwable t) {
        throw new IllegalStateException(t);
      }
    }

    private static MethodHandle method(String name) {
      try {
        Class<?> continuation = Class.forName("jdk.internal.vm.Continuation", false, null);
        return MethodHandles.lookup()
            .findStatic(continuation, name, MethodType.methodType(void.class));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }

  private static final class Layers {
    private static final MethodHandle OF;

    static {
      try {
        MethodType type = MethodType.methodType(Stream.class, ClassLoader.class);
        OF = lookup(ModuleLayer.class).findStatic(ModuleLayer.class, "layers", type);
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }

    private static List<ModuleLayer> of(ClassLoader loader) {
      List<ModuleLayer> layers = new ArrayList<>();
      try {
        for (Object layer : ((Stream<?>) OF.invokeExact(loader)).toArray()) {
          layers.add((ModuleLayer) layer);
        }
      } catch (Throwable t) {
        throw new IllegalStateException(t);
      }
      if (!layers.contains(ModuleLayer.boot())) {
        layers.add(ModuleLayer.boot());
      }
      return layers;
    }
  }

  private static final class Memory {
    static final MethodHandle AT;

    static {
      try {
        Class<?> buffer = Class.forName("java.nio.DirectByteBuffer", false, null);
        // What JNI's NewDirectByteBuffer calls; the capacity was an int before JDK 21.
        Class<?> capacity = Runtime.version().feature() < 21 ? int.class : long.class;
        MethodHandle constructor =
            lookup(buffer)
                .findConstructor(buffer, MethodType.methodType(void.class, long.class, capacity));
        AT = constructor.asType(MethodType.methodType(Buffer.class, long.class, int.class));
      } catch (ReflectiveOperationException e) {
        throw new ExceptionInInitializerError(e);
      }
    }
  }
}
