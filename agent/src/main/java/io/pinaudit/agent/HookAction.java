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
  READ,
  READ_AT,
  READ_VECTOR,
  WRITE,
  WRITE_AT,
  WRITE_VECTOR,
  LOOKUP,
  LINK_BOUND,
  LINK_UNBOUND;

  /** Whether it is of use only where foreign functions are (JDK 22). */
  boolean needsForeignFunctions() {
    return this == LOOKUP || this == LINK_BOUND || this == LINK_UNBOUND;
  }
}
