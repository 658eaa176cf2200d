package io.pinaudit.agent.table;

import java.util.List;

/**
 * The one table of what is instrumented: the lowest layer of the JDK that still has the arguments.
 *
 * <p>Which rows match depends on the JDK: the first dispatcher of a pair is that of JDK 21 and
 * later, the second that of JDK 17; foreign functions are hooked from JDK 22 on, when their API
 * became final. Native methods, whose names end in 0, are seen when libraries look them up by
 * reflection.
 */
public final class HookTable {
  private static final String DISPATCHER = "sun.nio.ch.UnixFileDispatcherImpl";
  private static final String DISPATCHER_17 = "sun.nio.ch.FileDispatcherImpl";
  private static final String CHANNEL = "sun.nio.ch.FileChannelImpl";
  private static final String NATIVE_FILES = "sun.nio.fs.UnixNativeDispatcher";
  private static final String FILE_SYSTEM = "java.io.UnixFileSystem";
  private static final String LINKER = "jdk.internal.foreign.abi.AbstractLinker";
  private static final String MARKER = "io.pinaudit.events.PinMarker";
  private static final String JNR = "jnr.ffi.provider.jffi.X86MethodGenerator";
  private static final String LOADER = "java.lang.ClassLoader";
  private static final String ASYNC = "sun.nio.ch.SimpleAsynchronousFileChannelImpl";
  private static final String METHODS = "java.lang.invoke.MethodHandles$Lookup";
  private static final String SOCKET = "sun.nio.ch.SocketDispatcher";

  private static final String DATAGRAM = "sun.nio.ch.DatagramDispatcher";
  private static final String DATAGRAMS = "sun.nio.ch.DatagramChannelImpl";
  private static final String COPIES = "sun.nio.fs.UnixFileSystem";
  private static final String COPIES_17 = "sun.nio.fs.UnixCopyFile";

  public static final List<HookPoint> POINTS =
      List.of(
          point("FileChannel.map", DISPATCHER, "map", 5, HookAction.MAP),
          point("FileChannel.map", DISPATCHER_17, "map", 5, HookAction.MAP),
          point("FileChannel.map", CHANNEL, "mapInternal", 5, HookAction.CHANNEL_MAP),
          point("unmap", DISPATCHER, "unmap", 2, HookAction.UNMAP),
          point("unmap", DISPATCHER_17, "unmap", 2, HookAction.UNMAP),
          point("unmap", CHANNEL + "$Unmapper", "unmap", 0, HookAction.CHANNEL_UNMAP),
          point("FileChannel.truncate", DISPATCHER, "truncate", 2, HookAction.TRUNCATE),
          point("FileChannel.truncate", DISPATCHER_17, "truncate", 2, HookAction.TRUNCATE),
          point("FileChannel.read", DISPATCHER, "read", 3, HookAction.READ),
          point("FileChannel.read", DISPATCHER_17, "read", 3, HookAction.READ),
          point("FileChannel.read(position)", DISPATCHER, "pread", 4, HookAction.READ_AT),
          point("FileChannel.read(position)", DISPATCHER_17, "pread", 4, HookAction.READ_AT),
          point("FileChannel.read(array)", DISPATCHER, "readv", 3, HookAction.READ_VECTOR),
          point("FileChannel.read(array)", DISPATCHER_17, "readv", 3, HookAction.READ_VECTOR),
          point("FileChannel.write", DISPATCHER, "write", 3, HookAction.WRITE),
          point("FileChannel.write", DISPATCHER_17, "write", 3, HookAction.WRITE),
          point("FileChannel.write(position)", DISPATCHER, "pwrite", 4, HookAction.WRITE_AT),
          point("FileChannel.write(position)", DISPATCHER_17, "pwrite", 4, HookAction.WRITE_AT),
          point("FileChannel.write(array)", DISPATCHER, "writev", 3, HookAction.WRITE_VECTOR),
          point("FileChannel.write(array)", DISPATCHER_17, "writev", 3, HookAction.WRITE_VECTOR),
          point(
              "RandomAccessFile.setLength",
              "java.io.RandomAccessFile",
              "setLength",
              1,
              HookAction.SET_LENGTH),
          point(
              "FileOutputStream.open",
              "java.io.FileOutputStream",
              "open",
              2,
              HookAction.OPEN_STREAM),
          point("FileChannel.open", NATIVE_FILES, "open", 3, HookAction.OPEN),
          point("SecureDirectoryStream.open", NATIVE_FILES, "openat", 4, HookAction.OPEN_AT),
          point("Files.delete", NATIVE_FILES, "unlink", 1, HookAction.UNLINK),
          point("SecureDirectoryStream.delete", NATIVE_FILES, "unlinkat", 3, HookAction.UNLINK_AT),
          point("Files.move", NATIVE_FILES, "rename", 2, HookAction.RENAME),
          point("SecureDirectoryStream.move", NATIVE_FILES, "renameat", 4, HookAction.RENAME_AT),
          point("File.delete", FILE_SYSTEM, "delete", 1, HookAction.DELETE_FILE),
          point("File.renameTo", FILE_SYSTEM, "rename", 2, HookAction.RENAME_FILE),
          point("close", "java.io.FileDescriptor", "close", 0, HookAction.CLOSE),
          point("close by cleaner", "java.io.FileCleanable", "performCleanup", 0, HookAction.CLEAN),
          point("AsynchronousFileChannel.read", ASYNC, "implRead", 4, HookAction.ASYNC_READ),
          point("AsynchronousFileChannel.write", ASYNC, "implWrite", 4, HookAction.ASYNC_WRITE),
          point("AsynchronousFileChannel.close", ASYNC, "close", 0, HookAction.ASYNC_CLOSE),
          point("SocketChannel.read", SOCKET, "read", 3, HookAction.SOCKET_READ),
          point("SocketChannel.read(array)", SOCKET, "readv", 3, HookAction.SOCKET_READ_VECTOR),
          point("SocketChannel.write", SOCKET, "write", 3, HookAction.SOCKET_WRITE),
          point("SocketChannel.write(array)", SOCKET, "writev", 3, HookAction.SOCKET_WRITE_VECTOR),
          point(
              "DatagramChannel.receive",
              DATAGRAMS,
              "receiveIntoNativeBuffer",
              4,
              HookAction.DATAGRAM_RECEIVE),
          point(
              "DatagramChannel.send",
              DATAGRAMS,
              "sendFromNativeBuffer",
              3,
              HookAction.DATAGRAM_SEND),
          point("DatagramChannel.read", DATAGRAM, "read", 3, HookAction.DATAGRAM_READ),
          point(
              "DatagramChannel.read(array)", DATAGRAM, "readv", 3, HookAction.DATAGRAM_READ_VECTOR),
          point("DatagramChannel.write", DATAGRAM, "write", 3, HookAction.DATAGRAM_WRITE),
          point(
              "DatagramChannel.write(array)",
              DATAGRAM,
              "writev",
              3,
              HookAction.DATAGRAM_WRITE_VECTOR),
          point("Files.copy", COPIES, "copyFile", 5, HookAction.COPY_FILE),
          point("Files.copy", COPIES_17, "copyFile", 5, HookAction.COPY_FILE),
          point("FileChannel.transferTo", DISPATCHER_17, "transferTo", 5, HookAction.TRANSFER_TO),
          point(
              "FileChannel.transferTo",
              CHANNEL,
              "transferToDirectlyInternal",
              4,
              HookAction.CHANNEL_TRANSFER_TO),
          point(
              "FileChannel.transferFrom",
              DISPATCHER_17,
              "transferFrom",
              5,
              HookAction.TRANSFER_FROM),
          point("PinMarker.pin", MARKER, "pin", 2, HookAction.MARK_PIN),
          point("PinMarker.unpin", MARKER, "unpin", 2, HookAction.MARK_UNPIN),
          point("JNA", "com.sun.jna.Function", "invoke", 4, HookAction.JNA),
          point("JNA register", "com.sun.jna.Native", "register", 2, HookAction.JNA_REGISTER),
          // Of the class that calls it, whatever that is.
          point(
              "JNA direct mapping",
              "com.sun.jna.Native",
              "registerMethod",
              0,
              HookAction.JNA_DIRECT),
          point("jffi", "com.kenai.jffi.Invoker", "invoke", 0, HookAction.JFFI),
          point(
              "jffi lookup",
              "com.kenai.jffi.Library",
              "getSymbolAddress",
              1,
              HookAction.JFFI_LOOKUP),
          point("jnr-ffi", JNR, "isSupported", 3, HookAction.JNR_STUB),
          point("class definition", LOADER, "defineClass", 5, HookAction.DEFINE_CLASS),
          point("class definition(buffer)", LOADER, "defineClass", 3, HookAction.DEFINE_CLASS),
          point("map0", DISPATCHER, "map0", 5, HookAction.MAP),
          point("map0", CHANNEL, "map0", 4, HookAction.CHANNEL_MAP_NATIVE),
          point("unmap0", DISPATCHER, "unmap0", 2, HookAction.UNMAP),
          point("unmap0", CHANNEL, "unmap0", 2, HookAction.UNMAP),
          point("truncate0", DISPATCHER, "truncate0", 2, HookAction.TRUNCATE),
          point("truncate0", DISPATCHER_17, "truncate0", 2, HookAction.TRUNCATE),
          point("read0", DISPATCHER, "read0", 3, HookAction.READ),
          point("read0", DISPATCHER_17, "read0", 3, HookAction.READ),
          point("pread0", DISPATCHER, "pread0", 4, HookAction.READ_AT),
          point("pread0", DISPATCHER_17, "pread0", 4, HookAction.READ_AT),
          point("readv0", DISPATCHER, "readv0", 3, HookAction.READ_VECTOR),
          point("readv0", DISPATCHER_17, "readv0", 3, HookAction.READ_VECTOR),
          point("write0", DISPATCHER, "write0", 3, HookAction.WRITE),
          point("write0", DISPATCHER_17, "write0", 3, HookAction.WRITE),
          point("pwrite0", DISPATCHER, "pwrite0", 4, HookAction.WRITE_AT),
          point("pwrite0", DISPATCHER_17, "pwrite0", 4, HookAction.WRITE_AT),
          point("writev0", DISPATCHER, "writev0", 3, HookAction.WRITE_VECTOR),
          point("writev0", DISPATCHER_17, "writev0", 3, HookAction.WRITE_VECTOR),
          point("Lookup.unreflect", METHODS, "unreflect", 1, HookAction.LOOKUP_METHOD),
          point("Lookup.findStatic", METHODS, "findStatic", 3, HookAction.LOOKUP_METHOD),
          point("Lookup.findVirtual", METHODS, "findVirtual", 3, HookAction.LOOKUP_METHOD),
          point(
              "Method.invoke",
              "jdk.internal.reflect.ReflectionFactory",
              "newMethodAccessor",
              1,
              HookAction.METHOD_ACCESSOR),
          point("Linker.downcallHandle", LINKER, "downcallHandle", 3, HookAction.LINK_BOUND),
          point(
              "Linker.downcallHandle(unbound)",
              LINKER,
              "downcallHandle",
              2,
              HookAction.LINK_UNBOUND));

  private HookTable() {}

  private static HookPoint point(
      String name, String className, String method, int argumentCount, HookAction action) {
    return new HookPoint(name, className, method, argumentCount, action);
  }
}
