package io.pinaudit.agent.guard;

import io.pinaudit.agent.stand.Stand;

/**
 * A call that is about to take memory, or a range of a file, away.
 *
 * @param path of the file; null if the memory is that of no file
 */
public record Taking(Stand stand, Kind kind, String path, Refusal refusal) {
  /** What is taken. */
  public enum Kind {
    /** Bytes of a file, which goes on existing. */
    CUT,
    /** The last name of a file. */
    NAME,
    /** Addresses. */
    MEMORY
  }

  /** How such a call may be refused. */
  public enum Refusal {
    /** By a FileSystemException. */
    FILE,
    /**
     * By a FileSystemException; if the thread is interrupted, by the channel itself, which is
     * closed then and cuts nothing.
     */
    CHANNEL,
    /** By a FileNotFoundException, which is all that opening a stream may throw. */
    STREAM,
    /** By an IllegalStateException. */
    STATE,
    /** Not at all: it has no exception that the program expects. It may wait. */
    NONE,
    /** Not at all, and it must not wait: it is a part of something that has begun. */
    NEVER;

    /** Returns how a call that sets a size, or removes a name, is refused. */
    public static Refusal of(String operation) {
      return switch (operation) {
        case "FileChannel.truncate" -> CHANNEL;
        case "AsynchronousFileChannel.truncate",
            "FileChannel.map",
            "FileChannel.open",
            "RandomAccessFile.setLength",
            "Files.delete",
            "Files.move" ->
            FILE;
        case "FileOutputStream.open" -> STREAM;
        case "File.delete", "File.renameTo" -> NONE;
        default -> operation.startsWith("io_uring ") ? NEVER : STATE;
      };
    }
  }
}
