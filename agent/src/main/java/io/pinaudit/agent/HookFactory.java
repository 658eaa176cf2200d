package io.pinaudit.agent;

import io.pinaudit.agent.boot.Hook;

/** Makes the hooks of one session. */
final class HookFactory {
  private final Session session;

  HookFactory(Session session) {
    this.session = session;
  }

  Hook create(HookAction action, int number) throws ReflectiveOperationException {
    return switch (action) {
      case MAP -> new MapHook(session);
      case CHANNEL_MAP -> new ChannelMapHook(session);
      case UNMAP -> new UnmapHook(session);
      case CHANNEL_UNMAP -> new ChannelUnmapHook(session);
      case TRUNCATE -> new TruncateHook(session.recorder());
      case SET_LENGTH -> new SetLengthHook(session.recorder());
      case OPEN_STREAM -> new StreamOpenHook(session.recorder());
      case OPEN -> new OpenHook(session.recorder(), false);
      case OPEN_AT -> new OpenHook(session.recorder(), true);
      case UNLINK -> new UnlinkHook(session.recorder(), false);
      case UNLINK_AT -> new UnlinkHook(session.recorder(), true);
      case RENAME -> new RenameHook(session.recorder(), false);
      case RENAME_AT -> new RenameHook(session.recorder(), true);
      case DELETE_FILE -> new FileHook(session.recorder(), false);
      case RENAME_FILE -> new FileHook(session.recorder(), true);
      case CLOSE -> new CloseHook(session.recorder());
      case CLEAN -> new CleanHook(session.recorder());
      case READ -> transfer("FileChannel.read", TransferHook.Shape.BUFFER);
      case READ_AT -> transfer("FileChannel.read", TransferHook.Shape.BUFFER_AT_OFFSET);
      case READ_VECTOR -> transfer("FileChannel.read", TransferHook.Shape.VECTOR);
      case WRITE -> transfer("FileChannel.write", TransferHook.Shape.BUFFER);
      case WRITE_AT -> transfer("FileChannel.write", TransferHook.Shape.BUFFER_AT_OFFSET);
      case WRITE_VECTOR -> transfer("FileChannel.write", TransferHook.Shape.VECTOR);
      case LOOKUP -> new LookupHook(session.symbols());
      case LINK_BOUND -> downcall(number, true);
      case LINK_UNBOUND -> downcall(number, false);
    };
  }

  private Hook transfer(String operation, TransferHook.Shape shape) {
    return new TransferHook(session, operation, shape);
  }

  private Hook downcall(int number, boolean addressIsBound) {
    return new DowncallHook(session, number, addressIsBound);
  }
}
