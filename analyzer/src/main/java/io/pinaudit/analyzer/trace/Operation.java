package io.pinaudit.analyzer.trace;

import io.pinaudit.linux.Syscalls;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * An operation that a call performs: a system call, a function of a C library, or a method of the
 * JDK. This class holds the table of all operations that the analyzer knows; no other class looks
 * at their names.
 *
 * @param name the name that reports print
 * @param kind what the operation does to memory and files
 */
public record Operation(String name, Kind kind) {
  /** What an operation does to the memory that it pins, or that it asks to be pinned. */
  public enum Memory {
    /** The operation only reads the memory. */
    READ,
    /** The operation writes to the memory. */
    WRITTEN,
    /** The operation reads or writes the memory, as each single request says. */
    EITHER,
    /** The operation uses files, but no memory. */
    NONE
  }

  /** What holds the memory or the pages after the operation has returned. */
  public enum Keeper {
    /** Nothing holds the memory. */
    NOBODY,
    /** An I/O that the operation only began holds the memory. */
    REQUEST,
    /** A pipe holds the pages until some process reads them. */
    PIPE,
    /**
     * A socket holds the pages, because it was given the pages and not a copy of them, as with
     * MSG_ZEROCOPY.
     */
    SOCKET,
    /** An io_uring or a device holds the memory until the registration ends. */
    REGISTRATION
  }

  /** The kinds of operations, by what they do to memory and files. */
  public enum Kind {
    /** Reads from a file or a socket into memory. */
    FILL(Memory.WRITTEN),
    /** Writes from memory to a file or a socket. */
    DRAIN(Memory.READ),
    /** Gives pages to a pipe. */
    LEND_TO_PIPE(Memory.READ, Keeper.PIPE),
    /** Gives pages to a socket. */
    LEND_TO_SOCKET(Memory.READ, Keeper.SOCKET),
    /** Begins to read into memory. */
    BEGIN_FILL(Memory.WRITTEN, Keeper.REQUEST),
    /** Begins to write from memory. */
    BEGIN_DRAIN(Memory.READ, Keeper.REQUEST),
    /** Begins several requests, each in its own direction. */
    BEGIN(Memory.EITHER, Keeper.REQUEST),
    /** Pins memory until a later operation ends the pin, for I/O in both directions. */
    REGISTER(Memory.EITHER, Keeper.REGISTRATION),
    /** Ends a registration, or collects completed requests. */
    COMPLETE(Memory.NONE),
    /** Copies between files without memory of the program. */
    COPY(Memory.NONE),
    /** Maps memory, or moves a mapping. */
    MAP(Memory.NONE),
    /** Removes mappings, and with the last one a file that has no name. */
    UNMAP(Memory.NONE),
    /** Opens a file, which may empty it. */
    OPEN(Memory.NONE),
    /** Sets the size of a file. */
    RESIZE(Memory.NONE),
    /** Takes a range out of a file, or inserts one. */
    PUNCH(Memory.NONE),
    /** Removes a name of a file. */
    DELETE(Memory.NONE),
    /** Renames a file, and may remove the name of another. */
    RENAME(Memory.NONE),
    /** Closes a descriptor, and with the last one a file that has no name. */
    CLOSE(Memory.NONE),
    /** Ends the process, which closes and unmaps all that it has. */
    EXIT(Memory.NONE),
    /**
     * Changes no memory and no file: the agent looks at files, or sees that two threads are
     * ordered.
     */
    LOOK(Memory.NONE),
    /** Takes a file system out of the directory tree. */
    UNMOUNT(Memory.NONE),
    /** Is known, but of none of these kinds; what the operation does to memory is not known. */
    OTHER(Memory.EITHER),
    /** Is in no table; what the operation does to memory is not known. */
    UNKNOWN(Memory.EITHER);

    private final Memory memory;
    private final Keeper keeper;

    Kind(Memory memory) {
      this(memory, Keeper.NOBODY);
    }

    Kind(Memory memory, Keeper keeper) {
      this.memory = memory;
      this.keeper = keeper;
    }
  }

  /**
   * The operations by kind. The names of the kernel, of C libraries and of the JDK do not clash.
   */
  private static final Map<String, Operation> TABLE =
      table(
          List.of( // The memory that process_vm_writev pins is the other process's, which it writes
              // to.
              of(
                  Kind.FILL,
                  "read readv pread pread64 preadv preadv2 recvfrom recvmsg recvmmsg"
                      + " process_vm_writev FileChannel.read SocketChannel.read"
                      + " DatagramChannel.read DatagramChannel.receive"),
              of(
                  Kind.DRAIN,
                  "write writev pwrite pwrite64 pwritev pwritev2 process_vm_readv FileChannel.write"
                      + " SocketChannel.write DatagramChannel.write DatagramChannel.send"),
              of(Kind.LEND_TO_PIPE, "vmsplice splice tee"),
              of(Kind.LEND_TO_SOCKET, "sendmsg sendmmsg sendto sendfile"),
              of(Kind.BEGIN_FILL, "AsynchronousFileChannel.read"),
              named(
                  Kind.BEGIN_FILL,
                  "io_uring read",
                  "io_uring readv",
                  "io_uring recvmsg",
                  "io_submit pread"),
              of(Kind.BEGIN_DRAIN, "AsynchronousFileChannel.write"),
              named(
                  Kind.BEGIN_DRAIN,
                  "io_uring write",
                  "io_uring writev",
                  "io_uring sendmsg",
                  "io_submit pwrite"),
              of(
                  Kind.BEGIN,
                  "io_submit io_uring_enter io_uring_enter2 io_uring_submit"
                      + " io_uring_submit_and_wait io_uring_submit_and_wait_timeout"
                      + " io_uring_submit_and_get_events"),
              of(
                  Kind.REGISTER,
                  "io_uring_register io_uring_register_buffers ibv_reg_mr ibv_reg_mr_iova"
                      + " ibv_reg_mr_iova2 PinMarker"),
              of(
                  Kind.COMPLETE,
                  "io_uring io_uring_get_events io_uring_wait_cqes __io_uring_get_cqe"
                      + " io_uring_peek_batch_cqe io_uring_unregister_buffers io_uring_queue_exit"
                      + " io_getevents io_pgetevents io_destroy ibv_dereg_mr"
                      + " AsynchronousFileChannel"),
              of(
                  Kind.COPY,
                  "copy_file_range Files.copy FileChannel.transferTo FileChannel.transferFrom"),
              of(Kind.MAP, "mmap mremap FileChannel.map snapshot"),
              of(Kind.LOOK, "look Thread.start Thread.join"),
              of(Kind.UNMAP, "munmap unmap"),
              of(
                  Kind.OPEN,
                  "open openat openat2 creat fopen freopen FileChannel.open FileOutputStream.open"),
              of(
                  Kind.RESIZE,
                  "truncate ftruncate FileChannel.truncate AsynchronousFileChannel.truncate"
                      + " RandomAccessFile.setLength"),
              named(Kind.RESIZE, "io_uring ftruncate"),
              of(Kind.PUNCH, "fallocate posix_fallocate madvise"),
              named(Kind.PUNCH, "io_uring fallocate"),
              of(Kind.DELETE, "unlink unlinkat remove Files.delete File.delete"),
              of(Kind.RENAME, "rename renameat renameat2 Files.move File.renameTo"),
              of(Kind.CLOSE, "close close_range"),
              of(Kind.EXIT, "exit exit_group"),
              of(Kind.UNMOUNT, "umount umount2"),
              of(
                  Kind.OTHER,
                  "free Arena.close Cleaner.clean Unsafe.freeMemory Unsafe.invokeCleaner msync"
                      + " io_setup io_uring_setup io_uring_queue_init io_uring_register_files"
                      + " io_uring_register_files_sparse io_uring_register_files_tags"
                      + " io_uring_register_files_update io_uring_unregister_files"
                      + " io_uring_queue_init_params syscall")));

  /**
   * The system call that an operation surely makes. An operation that is not in this map may make
   * none: a method that opens a file, for example, may empty it or not.
   */
  private static final Map<String, String> MAKES =
      Map.of(
          "FileChannel.truncate", "ftruncate",
          "RandomAccessFile.setLength", "ftruncate",
          "ftruncate", "ftruncate",
          "fallocate", "fallocate",
          "Files.delete", "unlink",
          "File.delete", "unlink",
          "unlink", "unlink",
          "vmsplice", "vmsplice");

  private static final Set<String> MADE = Set.copyOf(MAKES.values());

  /** The operation of a thread that was not seen to do anything. */
  public static final Operation NONE = new Operation("", Kind.UNKNOWN);

  private static List<Operation> of(Kind kind, String names) {
    return named(kind, names.split(" "));
  }

  private static List<Operation> named(Kind kind, String... names) {
    return Arrays.stream(names).map(name -> new Operation(name, kind)).toList();
  }

  private static Map<String, Operation> table(List<List<Operation>> rows) {
    return rows.stream()
        .flatMap(List::stream)
        .collect(
            Collectors.toMap(
                Operation::name,
                one -> one,
                (one, _) -> {
                  throw new IllegalStateException(one.name + " is in the table twice");
                },
                HashMap::new));
  }

  /**
   * Returns the operation of a name; it has {@link Kind#UNKNOWN} if neither the table nor the
   * kernel's list of system calls has it.
   *
   * @param name may be null, which damaged input leaves
   */
  public static Operation of(String name) {
    String known = String.valueOf(name);
    Operation operation = TABLE.get(known);
    return operation != null
        ? operation
        : new Operation(known, Syscalls.number(known).isPresent() ? Kind.OTHER : Kind.UNKNOWN);
  }

  /** Returns all operations of the table. */
  public static Collection<Operation> all() {
    return TABLE.values();
  }

  /** Returns what the operation does to the memory that it pins. */
  public Memory memory() {
    return kind.memory;
  }

  /** Returns what holds the pages after the operation has returned. */
  public Keeper keeper() {
    return kind.keeper;
  }

  /** Returns whether the operation leaves references behind that no request of its own ends. */
  public boolean lends() {
    return switch (kind.keeper) {
      case PIPE, SOCKET, REGISTRATION -> true;
      case NOBODY, REQUEST -> false;
    };
  }

  /**
   * Returns whether the operation may end the last use of a file, which frees the file if it has no
   * name.
   */
  public boolean letsGo() {
    return switch (kind) {
      case UNMAP, CLOSE, EXIT -> true;
      case FILL,
          DRAIN,
          LEND_TO_PIPE,
          LEND_TO_SOCKET,
          BEGIN_FILL,
          BEGIN_DRAIN,
          BEGIN,
          REGISTER,
          COMPLETE,
          COPY,
          MAP,
          OPEN,
          RESIZE,
          PUNCH,
          DELETE,
          RENAME,
          LOOK,
          UNMOUNT,
          OTHER,
          UNKNOWN ->
          false;
    };
  }

  /**
   * Returns whether the operation ends a file rather than cuts it: the file loses its last name or
   * its last user.
   */
  public boolean endsFile() {
    return letsGo() || kind == Kind.DELETE || kind == Kind.RENAME;
  }

  /**
   * Returns whether the operation surely makes a system call that threads of a JVM seldom make
   * otherwise.
   */
  public boolean makesSyscall() {
    return MAKES.containsKey(name);
  }

  /**
   * Returns whether this is a system call that threads of a JVM seldom make outside an operation
   * that surely makes it.
   */
  public boolean isMade() {
    return MADE.contains(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
