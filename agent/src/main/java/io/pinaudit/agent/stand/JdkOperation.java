package io.pinaudit.agent.stand;

/** The operations of the JDK that take memory or files away. */
public enum JdkOperation implements Taker {
  /** Sets the size of a file while the JDK locks the channel's position. */
  TRUNCATE("FileChannel.truncate", RefusedBy.CHANNEL),
  ASYNC_TRUNCATE("AsynchronousFileChannel.truncate", RefusedBy.FILE),
  /** Maps more than there is of a file, which the JDK extends before. */
  MAP("FileChannel.map", RefusedBy.FILE),
  OPEN("FileChannel.open", RefusedBy.FILE),
  OPEN_STREAM("FileOutputStream.open", RefusedBy.STREAM),
  SET_LENGTH("RandomAccessFile.setLength", RefusedBy.FILE),
  DELETE("Files.delete", RefusedBy.FILE),
  MOVE("Files.move", RefusedBy.FILE),
  /** Returns false if the file could not be deleted, and throws nothing. */
  DELETE_FILE("File.delete", RefusedBy.NONE),
  /** Returns false if the file could not be renamed, and throws nothing. */
  RENAME_FILE("File.renameTo", RefusedBy.NONE),
  CLOSE_ARENA("Arena.close", RefusedBy.STATE),
  INVOKE_CLEANER("Unsafe.invokeCleaner", RefusedBy.STATE);

  private final String operation;
  private final RefusedBy refusedBy;

  JdkOperation(String operation, RefusedBy refusedBy) {
    this.operation = operation;
    this.refusedBy = refusedBy;
  }

  @Override
  public String operation() {
    return operation;
  }

  @Override
  public RefusedBy refusedBy() {
    return refusedBy;
  }
}
