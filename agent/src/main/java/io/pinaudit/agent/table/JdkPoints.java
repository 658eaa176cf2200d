package io.pinaudit.agent.table;

import java.util.List;

/**
 * The hook points in the JDK's own classes.
 *
 * <p>The first dispatcher of a pair is that of JDK 21 and later, the second that of JDK 17. Native
 * methods, whose names end in 0, are seen when libraries look them up by reflection.
 */
final class JdkPoints {
  private static final String DISPATCHER = "sun.nio.ch.UnixFileDispatcherImpl";
  private static final String DISPATCHER_17 = "sun.nio.ch.FileDispatcherImpl";
  private static final String CHANNEL = "sun.nio.ch.FileChannelImpl";
  private static final String NATIVE_FILES = "sun.nio.fs.UnixNativeDispatcher";
  private static final String FILE_SYSTEM = "java.io.UnixFileSystem";
  private static final String LOADER = "java.lang.ClassLoader";
  private static final String ASYNC = "sun.nio.ch.SimpleAsynchronousFileChannelImpl";
  private static final String METHODS = "java.lang.invoke.MethodHandles$Lookup";
  private static final String SOCKET = "sun.nio.ch.SocketDispatcher";
  private static final String DATAGRAM = "sun.nio.ch.DatagramDispatcher";
  private static final String DATAGRAMS = "sun.nio.ch.DatagramChannelImpl";
  private static final String DEALLOCATOR = "java.nio.DirectByteBuffer$Deallocator";
  // That of sun.misc calls it as well.
  private static final String UNSAFE = "jdk.internal.misc.Unsafe";
  private static final String COPIES = "sun.nio.fs.UnixFileSystem";
  private static final String COPIES_17 = "sun.nio.fs.UnixCopyFile";

  private static final String THREAD = "java.lang.Thread";

  static final List<HookPoint> POINTS =
      List.of(
          // Channels of files.
          new HookPoint("FileChannel.map", DISPATCHER, "map/5", HookAction.MAP),
          new HookPoint("FileChannel.map", DISPATCHER_17, "map/5", HookAction.MAP),
          new HookPoint("FileChannel.map", CHANNEL, "mapInternal/5", HookAction.CHANNEL_MAP),
          new HookPoint("unmap", DISPATCHER, "unmap/2", HookAction.UNMAP),
          new HookPoint("unmap", DISPATCHER_17, "unmap/2", HookAction.UNMAP),
          new HookPoint("unmap", CHANNEL + "$Unmapper", "unmap/0", HookAction.CHANNEL_UNMAP),
          new HookPoint("FileChannel.truncate", DISPATCHER, "truncate/2", HookAction.TRUNCATE),
          new HookPoint("FileChannel.truncate", DISPATCHER_17, "truncate/2", HookAction.TRUNCATE),
          new HookPoint("FileChannel.read", DISPATCHER, "read/3", HookAction.READ),
          new HookPoint("FileChannel.read", DISPATCHER_17, "read/3", HookAction.READ),
          new HookPoint("FileChannel.read(position)", DISPATCHER, "pread/4", HookAction.READ_AT),
          new HookPoint("FileChannel.read(position)", DISPATCHER_17, "pread/4", HookAction.READ_AT),
          new HookPoint("FileChannel.read(array)", DISPATCHER, "readv/3", HookAction.READ_VECTOR),
          new HookPoint(
              "FileChannel.read(array)", DISPATCHER_17, "readv/3", HookAction.READ_VECTOR),
          new HookPoint("FileChannel.write", DISPATCHER, "write/3", HookAction.WRITE),
          new HookPoint("FileChannel.write", DISPATCHER_17, "write/3", HookAction.WRITE),
          new HookPoint("FileChannel.write(position)", DISPATCHER, "pwrite/4", HookAction.WRITE_AT),
          new HookPoint(
              "FileChannel.write(position)", DISPATCHER_17, "pwrite/4", HookAction.WRITE_AT),
          new HookPoint(
              "FileChannel.write(array)", DISPATCHER, "writev/3", HookAction.WRITE_VECTOR),
          new HookPoint(
              "FileChannel.write(array)", DISPATCHER_17, "writev/3", HookAction.WRITE_VECTOR),
          new HookPoint("AsynchronousFileChannel.read", ASYNC, "implRead/4", HookAction.ASYNC_READ),
          new HookPoint(
              "AsynchronousFileChannel.write", ASYNC, "implWrite/4", HookAction.ASYNC_WRITE),
          new HookPoint("AsynchronousFileChannel.close", ASYNC, "close/0", HookAction.ASYNC_CLOSE),
          new HookPoint(
              "FileChannel.transferTo", DISPATCHER_17, "transferTo/5", HookAction.TRANSFER_TO),
          new HookPoint(
              "FileChannel.transferTo",
              CHANNEL,
              "transferToDirectlyInternal/4",
              HookAction.CHANNEL_TRANSFER_TO),
          new HookPoint(
              "FileChannel.transferFrom",
              DISPATCHER_17,
              "transferFrom/5",
              HookAction.TRANSFER_FROM),
          // Memory of no file.
          new HookPoint("direct buffer", DEALLOCATOR, "run/0", HookAction.FREE_BUFFER),
          new HookPoint("Unsafe.freeMemory", UNSAFE, "freeMemory/1", HookAction.FREE_UNSAFE),
          // Names, streams and descriptors of files.
          new HookPoint(
              "RandomAccessFile.setLength",
              "java.io.RandomAccessFile",
              "setLength/1",
              HookAction.SET_LENGTH),
          new HookPoint(
              "FileOutputStream.open",
              "java.io.FileOutputStream",
              "open/2",
              HookAction.OPEN_STREAM),
          new HookPoint("FileChannel.open", NATIVE_FILES, "open/3", HookAction.OPEN),
          new HookPoint("SecureDirectoryStream.open", NATIVE_FILES, "openat/4", HookAction.OPEN_AT),
          new HookPoint("Files.delete", NATIVE_FILES, "unlink/1", HookAction.UNLINK),
          new HookPoint(
              "SecureDirectoryStream.delete", NATIVE_FILES, "unlinkat/3", HookAction.UNLINK_AT),
          new HookPoint("Files.move", NATIVE_FILES, "rename/2", HookAction.RENAME),
          new HookPoint(
              "SecureDirectoryStream.move", NATIVE_FILES, "renameat/4", HookAction.RENAME_AT),
          new HookPoint("File.delete", FILE_SYSTEM, "delete/1", HookAction.DELETE_FILE),
          new HookPoint("File.renameTo", FILE_SYSTEM, "rename/2", HookAction.RENAME_FILE),
          new HookPoint("close", "java.io.FileDescriptor", "close/0", HookAction.CLOSE),
          new HookPoint(
              "close by cleaner", "java.io.FileCleanable", "performCleanup/0", HookAction.CLEAN),
          new HookPoint("Files.copy", COPIES, "copyFile/5", HookAction.COPY_FILE),
          new HookPoint("Files.copy", COPIES_17, "copyFile/5", HookAction.COPY_FILE),
          // Channels of sockets.
          new HookPoint("SocketChannel.read", SOCKET, "read/3", HookAction.SOCKET_READ),
          new HookPoint(
              "SocketChannel.read(array)", SOCKET, "readv/3", HookAction.SOCKET_READ_VECTOR),
          new HookPoint("SocketChannel.write", SOCKET, "write/3", HookAction.SOCKET_WRITE),
          new HookPoint(
              "SocketChannel.write(array)", SOCKET, "writev/3", HookAction.SOCKET_WRITE_VECTOR),
          new HookPoint(
              "DatagramChannel.receive",
              DATAGRAMS,
              "receiveIntoNativeBuffer/4",
              HookAction.DATAGRAM_RECEIVE),
          new HookPoint(
              "DatagramChannel.send",
              DATAGRAMS,
              "sendFromNativeBuffer/3",
              HookAction.DATAGRAM_SEND),
          new HookPoint("DatagramChannel.read", DATAGRAM, "read/3", HookAction.DATAGRAM_READ),
          new HookPoint(
              "DatagramChannel.read(array)", DATAGRAM, "readv/3", HookAction.DATAGRAM_READ_VECTOR),
          new HookPoint("DatagramChannel.write", DATAGRAM, "write/3", HookAction.DATAGRAM_WRITE),
          new HookPoint(
              "DatagramChannel.write(array)",
              DATAGRAM,
              "writev/3",
              HookAction.DATAGRAM_WRITE_VECTOR),
          // The order of threads, and where they are held for a plan.
          new HookPoint("Thread.start", THREAD, "start/0", HookAction.THREAD_START),
          new HookPoint("Thread.start(container)", THREAD, "start/1", HookAction.THREAD_START),
          new HookPoint(
              "Thread.start(virtual)",
              "java.lang.VirtualThread",
              "start/1",
              HookAction.THREAD_START),
          new HookPoint("Thread.join", THREAD, "join/1", HookAction.THREAD_JOIN),
          new HookPoint("before FileChannel.read", CHANNEL, "read/1", HookAction.STAND_READ),
          new HookPoint("before FileChannel.read(array)", CHANNEL, "read/3", HookAction.STAND_READ),
          new HookPoint("before FileChannel.write", CHANNEL, "write/1", HookAction.STAND_WRITE),
          new HookPoint(
              "before FileChannel.write(array)", CHANNEL, "write/3", HookAction.STAND_WRITE),
          new HookPoint(
              "before FileChannel.truncate", CHANNEL, "truncate/1", HookAction.STAND_TRUNCATE),
          new HookPoint(
              "before AsynchronousFileChannel.truncate",
              ASYNC,
              "truncate/1",
              HookAction.ASYNC_TRUNCATE),
          new HookPoint(
              "before Unsafe.invokeCleaner", UNSAFE, "invokeCleaner/1", HookAction.INVOKE_CLEANER),
          new HookPoint(
              "event loop", "sun.nio.ch.SelectorImpl", "lockAndDoSelect/2", HookAction.SELECT),
          // Classes of the application, as they are defined.
          new HookPoint("class definition", LOADER, "defineClass/5", HookAction.DEFINE_CLASS),
          new HookPoint(
              "class definition(buffer)", LOADER, "defineClass/3", HookAction.DEFINE_CLASS),
          // Native methods, and the ways to look one up.
          new HookPoint("map0", DISPATCHER, "map0/5", HookAction.MAP),
          new HookPoint("map0", CHANNEL, "map0/4", HookAction.CHANNEL_MAP_NATIVE),
          new HookPoint("unmap0", DISPATCHER, "unmap0/2", HookAction.UNMAP),
          new HookPoint("unmap0", CHANNEL, "unmap0/2", HookAction.UNMAP),
          new HookPoint("truncate0", DISPATCHER, "truncate0/2", HookAction.TRUNCATE),
          new HookPoint("truncate0", DISPATCHER_17, "truncate0/2", HookAction.TRUNCATE),
          new HookPoint("read0", DISPATCHER, "read0/3", HookAction.READ),
          new HookPoint("read0", DISPATCHER_17, "read0/3", HookAction.READ),
          new HookPoint("pread0", DISPATCHER, "pread0/4", HookAction.READ_AT),
          new HookPoint("pread0", DISPATCHER_17, "pread0/4", HookAction.READ_AT),
          new HookPoint("readv0", DISPATCHER, "readv0/3", HookAction.READ_VECTOR),
          new HookPoint("readv0", DISPATCHER_17, "readv0/3", HookAction.READ_VECTOR),
          new HookPoint("write0", DISPATCHER, "write0/3", HookAction.WRITE),
          new HookPoint("write0", DISPATCHER_17, "write0/3", HookAction.WRITE),
          new HookPoint("pwrite0", DISPATCHER, "pwrite0/4", HookAction.WRITE_AT),
          new HookPoint("pwrite0", DISPATCHER_17, "pwrite0/4", HookAction.WRITE_AT),
          new HookPoint("writev0", DISPATCHER, "writev0/3", HookAction.WRITE_VECTOR),
          new HookPoint("writev0", DISPATCHER_17, "writev0/3", HookAction.WRITE_VECTOR),
          new HookPoint("Lookup.unreflect", METHODS, "unreflect/1", HookAction.LOOKUP_METHOD),
          new HookPoint("Lookup.findStatic", METHODS, "findStatic/3", HookAction.LOOKUP_METHOD),
          new HookPoint("Lookup.findVirtual", METHODS, "findVirtual/3", HookAction.LOOKUP_METHOD),
          new HookPoint(
              "Method.invoke",
              "jdk.internal.reflect.ReflectionFactory",
              "newMethodAccessor/1",
              HookAction.METHOD_ACCESSOR));

  private JdkPoints() {}
}
