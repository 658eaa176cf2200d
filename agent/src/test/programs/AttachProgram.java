import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import com.sun.tools.attach.VirtualMachine;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Attaches the agent to itself, works, and takes it out again; writes the classes of the JDK. */
public final class AttachProgram {
  private static final List<String> HOOKED =
      List.of(
          "java.io.FileDescriptor",
          "java.io.FileOutputStream",
          "java.io.RandomAccessFile",
          "java.io.UnixFileSystem",
          "java.lang.ClassLoader",
          "jdk.internal.foreign.abi.AbstractLinker",
          "sun.nio.ch.FileChannelImpl",
          "sun.nio.ch.FileDispatcherImpl",
          "sun.nio.ch.SimpleAsynchronousFileChannelImpl",
          "sun.nio.ch.SocketDispatcher",
          "sun.nio.ch.UnixFileDispatcherImpl",
          "sun.nio.fs.UnixNativeDispatcher");
  private static Instrumentation instrumentation;

  private AttachProgram() {}

  /** The program is an agent of its own, to see class files. */
  public static void premain(String arguments, Instrumentation given) {
    instrumentation = given;
  }

  public static void main(String[] args) throws Exception {
    Path path = Path.of(args[0]).resolve("mapped.dat");
    String agent = args[1];
    try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE)) {
      MappedByteBuffer early = channel.map(MapMode.READ_WRITE, 4096, 1_999_993);
      System.out.println("mapped " + Stat.of(path));
      write(path.resolveSibling("before"));
      attach(agent, "");
      write(path.resolveSibling("with"));
      channel.write(early.slice(5, 333), 7); // line write
      channel.truncate(1_999_999); // line truncate
      attach(agent, "uninstall");
      write(path.resolveSibling("after"));
      channel.truncate(1_999_998); // line unseen
      attach(agent, "");
      channel.truncate(1_999_997); // line again
      System.out.println("early " + early.capacity());
    }
  }

  private static void attach(String agent, String options) throws Exception {
    VirtualMachine machine = VirtualMachine.attach(Long.toString(ProcessHandle.current().pid()));
    try {
      machine.loadAgent(agent, options);
    } finally {
      machine.detach();
    }
  }

  /** Writes what the JVM would transform now, of all classes that are hooked. */
  private static void write(Path folder) throws Exception {
    Files.createDirectory(folder);
    Map<String, byte[]> files = new ConcurrentHashMap<>();
    ClassFileTransformer spy =
        new ClassFileTransformer() {
          @Override
          public byte[] transform(
              ClassLoader loader,
              String name,
              Class<?> type,
              ProtectionDomain domain,
              byte[] file) {
            files.put(name.replace('/', '.'), file.clone());
            return null;
          }
        };
    instrumentation.addTransformer(spy, true);
    for (String name : HOOKED) {
      try {
        instrumentation.retransformClasses(Class.forName(name));
      } catch (ClassNotFoundException e) {
        // Of another JDK.
        continue;
      }
    }
    instrumentation.removeTransformer(spy);
    for (String name : HOOKED) {
      if (files.containsKey(name)) {
        Files.write(folder.resolve(name), files.get(name));
      }
    }
  }
}
