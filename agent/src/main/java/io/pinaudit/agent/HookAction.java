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
  LINK_BOUND,
  LINK_UNBOUND;

  /** Whether it is of use only where foreign functions are (JDK 22). */
  boolean needsForeignFunctions() {
    return this == LINK_BOUND || this == LINK_UNBOUND;
  }

  /** Whether it is passed the receiver before the arguments, of which there are too many. */
  boolean wantsReceiverFirst() {
    return this == ASYNC_READ || this == ASYNC_WRITE || this == CHANNEL_TRANSFER_TO;
  }
}
