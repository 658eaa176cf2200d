package io.pinaudit.agent;

/** What the hooks of the table do; {@link HookFactory} makes the object that does it. */
enum HookAction {
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
  JFFI,
  JFFI_LOOKUP,
  JNR_STUB,
  CHANNEL_MAP_NATIVE,
  LOOKUP_METHOD,
  METHOD_ACCESSOR,
  LINK_BOUND,
  LINK_UNBOUND;

  /** Whether it is of use only where foreign functions are (JDK 22). */
  boolean needsForeignFunctions() {
    return this == LINK_BOUND || this == LINK_UNBOUND;
  }

  /** How it is woven; the receiver comes first where there are too many arguments. */
  Weaving.Style style() {
    return switch (this) {
      case DEFINE_CLASS -> Weaving.Style.DEFINITION;
      case JNR_STUB -> Weaving.Style.REFUSAL;
      case ASYNC_READ, ASYNC_WRITE, CHANNEL_TRANSFER_TO, JNA -> Weaving.Style.RECEIVER_FIRST;
      default -> Weaving.Style.ARGUMENTS;
    };
  }

  /** Whether a method calls it; else it only changes what the method does. */
  boolean isCalled() {
    return this != DEFINE_CLASS && this != JNR_STUB;
  }

  /** Whether it goes into a class of the application, when that is loaded. */
  boolean isOfApplication() {
    return this == JNA || this == JFFI || this == JFFI_LOOKUP || this == JNR_STUB;
  }
}
