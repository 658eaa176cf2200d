package io.pinaudit.agent.table;

import io.pinaudit.agent.weave.Weaving;
import java.util.List;

/** What the hooks of the table do. */
public enum HookAction {
  MAP,
  CHANNEL_MAP,
  UNMAP,
  CHANNEL_UNMAP,
  TRUNCATE,
  SET_LENGTH,
  OPEN_STREAM,
  OPEN,
  OPEN_AT,
  UNLINK,
  UNLINK_AT,
  RENAME,
  RENAME_AT,
  DELETE_FILE,
  RENAME_FILE,
  CLOSE,
  CLEAN,
  ASYNC_READ,
  ASYNC_WRITE,
  ASYNC_CLOSE,
  SOCKET_READ,
  SOCKET_READ_VECTOR,
  SOCKET_WRITE,
  SOCKET_WRITE_VECTOR,
  DATAGRAM_RECEIVE,
  DATAGRAM_SEND,
  DATAGRAM_READ,
  DATAGRAM_READ_VECTOR,
  DATAGRAM_WRITE,
  DATAGRAM_WRITE_VECTOR,
  COPY_FILE,
  TRANSFER_TO,
  TRANSFER_FROM,
  CHANNEL_TRANSFER_TO,
  READ,
  READ_AT,
  READ_VECTOR,
  WRITE,
  WRITE_AT,
  WRITE_VECTOR,
  DEFINE_CLASS,
  MARK_PIN,
  MARK_UNPIN,
  JNA,
  JNA_REGISTER,
  JNA_DIRECT,
  JFFI,
  JFFI_LOOKUP,
  JNR_STUB,
  CHANNEL_MAP_NATIVE,
  LOOKUP_METHOD,
  METHOD_ACCESSOR,
  LINK_BOUND,
  LINK_UNBOUND;

  /** Whether it is of use only where foreign functions are (JDK 22). */
  public boolean needsForeignFunctions() {
    return this == LINK_BOUND || this == LINK_UNBOUND;
  }

  /** How it is woven; the receiver comes first where there are too many arguments. */
  public Weaving.Style style() {
    return switch (this) {
      case DEFINE_CLASS -> Weaving.Style.DEFINITION;
      case JNR_STUB -> Weaving.Style.REFUSAL;
      case ASYNC_READ, ASYNC_WRITE, CHANNEL_TRANSFER_TO, JNA -> Weaving.Style.RECEIVER_FIRST;
      default -> Weaving.Style.ARGUMENTS;
    };
  }

  /** Which arguments it is told, if not as many of them as there is room for. */
  public List<Integer> positions() {
    // The two names, between which there are attributes.
    return this == COPY_FILE ? List.of(0, 2) : null;
  }

  /** Whether a method calls it; else it only changes what the method does. */
  public boolean isCalled() {
    return this != DEFINE_CLASS && this != JNR_STUB;
  }

  /** Whether it goes into a class of the application, when that is loaded. */
  public boolean isOfApplication() {
    return switch (this) {
      case JNA, JNA_REGISTER, JNA_DIRECT, JFFI, JFFI_LOOKUP, JNR_STUB -> true;
      default -> false;
    };
  }
}
