package io.pinaudit.agent;

import io.pinaudit.agent.boot.Hook;
import io.pinaudit.agent.foreign.DowncallHook;
import io.pinaudit.agent.foreign.JffiHook;
import io.pinaudit.agent.foreign.JffiSymbolHook;
import io.pinaudit.agent.foreign.JnaDirectHook;
import io.pinaudit.agent.foreign.JnaHook;
import io.pinaudit.agent.foreign.NativeDecoder;
import io.pinaudit.agent.hook.AccessorHook;
import io.pinaudit.agent.hook.AsyncChannelHook;
import io.pinaudit.agent.hook.AsyncCloseHook;
import io.pinaudit.agent.hook.ChannelMapHook;
import io.pinaudit.agent.hook.ChannelNativeMapHook;
import io.pinaudit.agent.hook.ChannelStandHook;
import io.pinaudit.agent.hook.ChannelTransferHook;
import io.pinaudit.agent.hook.ChannelUnmapHook;
import io.pinaudit.agent.hook.CleanHook;
import io.pinaudit.agent.hook.CloseArenaHook;
import io.pinaudit.agent.hook.CloseHook;
import io.pinaudit.agent.hook.CopyHook;
import io.pinaudit.agent.hook.DatagramHook;
import io.pinaudit.agent.hook.DeleteHook;
import io.pinaudit.agent.hook.FileTransferHook;
import io.pinaudit.agent.hook.FreeHook;
import io.pinaudit.agent.hook.FreeMemoryHook;
import io.pinaudit.agent.hook.InvokeCleanerHook;
import io.pinaudit.agent.hook.MapHook;
import io.pinaudit.agent.hook.MethodHandleHook;
import io.pinaudit.agent.hook.NameForm;
import io.pinaudit.agent.hook.NativeMethods;
import io.pinaudit.agent.hook.OpenHook;
import io.pinaudit.agent.hook.PinHook;
import io.pinaudit.agent.hook.RenameHook;
import io.pinaudit.agent.hook.SelectHook;
import io.pinaudit.agent.hook.SetLengthHook;
import io.pinaudit.agent.hook.StreamOpenHook;
import io.pinaudit.agent.hook.ThreadHook;
import io.pinaudit.agent.hook.TransferHook;
import io.pinaudit.agent.hook.TruncateHook;
import io.pinaudit.agent.hook.TruncateStandHook;
import io.pinaudit.agent.hook.UnmapHook;
import io.pinaudit.agent.state.Session;
import io.pinaudit.agent.table.DeclaredPin;
import io.pinaudit.agent.table.HookAction;

/** Makes the hooks of one session. */
final class HookFactory {
  private final Session session;
  private final NativeMethods methods;
  private final NativeDecoder calls;
  private final JnaDirectHook.Libraries jnaLibraries = new JnaDirectHook.Libraries();

  HookFactory(Session session, NativeMethods methods) {
    this.session = session;
    this.methods = methods;
    this.calls = new NativeDecoder(session);
  }

  Hook create(HookAction action, int number) throws ReflectiveOperationException {
    return switch (action) {
      case MAP -> new MapHook(session);
      case CHANNEL_MAP -> new ChannelMapHook(session);
      case CHANNEL_MAP_NATIVE -> new ChannelNativeMapHook(session);
      case UNMAP -> new UnmapHook(session);
      case CHANNEL_UNMAP -> new ChannelUnmapHook(session);
      case TRUNCATE -> new TruncateHook(session);
      case SET_LENGTH -> new SetLengthHook(session);
      case OPEN_STREAM -> new StreamOpenHook(session);
      case OPEN -> new OpenHook(session, NameForm.PATH);
      case OPEN_AT -> new OpenHook(session, NameForm.RELATIVE);
      case UNLINK -> new DeleteHook(session, NameForm.PATH);
      case UNLINK_AT -> new DeleteHook(session, NameForm.RELATIVE);
      case RENAME -> new RenameHook(session, NameForm.PATH);
      case RENAME_AT -> new RenameHook(session, NameForm.RELATIVE);
      case DELETE_FILE -> new DeleteHook(session, NameForm.FILE);
      case RENAME_FILE -> new RenameHook(session, NameForm.FILE);
      case FREE_BUFFER -> FreeHook.ofBuffer(session);
      case FREE_UNSAFE -> new FreeMemoryHook(session);
      case FREE_SEGMENT -> FreeHook.ofSegment(session);
      case CLOSE -> new CloseHook(session);
      case CLEAN -> new CleanHook(session);
      case READ -> transfer("FileChannel.read", TransferHook.Shape.BUFFER);
      case READ_AT -> transfer("FileChannel.read", TransferHook.Shape.BUFFER_AT_OFFSET);
      case READ_VECTOR -> transfer("FileChannel.read", TransferHook.Shape.VECTOR);
      case WRITE -> transfer("FileChannel.write", TransferHook.Shape.BUFFER);
      case WRITE_AT -> transfer("FileChannel.write", TransferHook.Shape.BUFFER_AT_OFFSET);
      case WRITE_VECTOR -> transfer("FileChannel.write", TransferHook.Shape.VECTOR);
      case SOCKET_READ -> transfer("SocketChannel.read", TransferHook.Shape.BUFFER);
      case SOCKET_READ_VECTOR -> transfer("SocketChannel.read", TransferHook.Shape.VECTOR);
      case SOCKET_WRITE -> transfer("SocketChannel.write", TransferHook.Shape.BUFFER);
      case SOCKET_WRITE_VECTOR -> transfer("SocketChannel.write", TransferHook.Shape.VECTOR);
      case DATAGRAM_RECEIVE -> new DatagramHook(session, "DatagramChannel.receive");
      case DATAGRAM_SEND -> new DatagramHook(session, "DatagramChannel.send");
      case DATAGRAM_READ -> transfer("DatagramChannel.read", TransferHook.Shape.BUFFER);
      case DATAGRAM_READ_VECTOR -> transfer("DatagramChannel.read", TransferHook.Shape.VECTOR);
      case DATAGRAM_WRITE -> transfer("DatagramChannel.write", TransferHook.Shape.BUFFER);
      case DATAGRAM_WRITE_VECTOR -> transfer("DatagramChannel.write", TransferHook.Shape.VECTOR);
      case COPY_FILE -> new CopyHook(session.recorder());
      case ASYNC_READ -> new AsyncChannelHook(session, "AsynchronousFileChannel.read");
      case ASYNC_WRITE -> new AsyncChannelHook(session, "AsynchronousFileChannel.write");
      case ASYNC_CLOSE -> new AsyncCloseHook(session);
      case MARK_PIN -> new PinHook(session, false);
      case MARK_UNPIN -> new PinHook(session, true);
      case JNA -> new JnaHook(calls);
      case JNA_REGISTER -> new JnaDirectHook.Registration(jnaLibraries);
      case JNA_DIRECT -> new JnaDirectHook(calls, jnaLibraries);
      case JFFI -> new JffiHook(session, calls);
      case JFFI_LOOKUP -> new JffiSymbolHook(session.symbols());
      case DEFINE_CLASS, JNR_STUB -> throw new IllegalArgumentException("no hook of its own");
      case STAND_READ -> new ChannelStandHook(session, "FileChannel.read");
      case STAND_WRITE -> new ChannelStandHook(session, "FileChannel.write");
      case STAND_TRUNCATE -> TruncateStandHook.ofChannel(session);
      case ASYNC_TRUNCATE -> TruncateStandHook.ofAsynchronous(session);
      case CLOSE_ARENA -> new CloseArenaHook(session);
      case INVOKE_CLEANER -> new InvokeCleanerHook(session);
      case SELECT -> new SelectHook(session.rendezvous().loops());
      case THREAD_START -> new ThreadHook(session.recorder(), false);
      case THREAD_JOIN -> new ThreadHook(session.recorder(), true);
      case TRANSFER_TO -> new FileTransferHook(session, true);
      case TRANSFER_FROM -> new FileTransferHook(session, false);
      case CHANNEL_TRANSFER_TO -> new ChannelTransferHook(session);
      case LOOKUP_METHOD -> new MethodHandleHook(methods);
      case METHOD_ACCESSOR -> new AccessorHook(methods);
      case LINK_BOUND -> downcall(number, true);
      case LINK_UNBOUND -> downcall(number, false);
    };
  }

  Hook create(DeclaredPin pin, boolean unpins, boolean byHandle) {
    return new PinHook(session, pin, unpins, byHandle);
  }

  private Hook transfer(String operation, TransferHook.Shape shape) {
    return new TransferHook(session, operation, shape);
  }

  private Hook downcall(int number, boolean addressIsBound) {
    return new DowncallHook(session, number, addressIsBound);
  }
}
