package io.pinaudit.analyzer.trace;

import io.pinaudit.linux.Syscalls;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * An operation that a call performs: a system call, a function of a C library, or a method of the
 * JDK. This class holds the table of all operations that the analyzer knows; no other class looks
 * at their names.
 *
 * @param name the name that reports print
 * @param kind what the operation does to memory and files
 * @param makes the system call that the operation surely makes; null if it may make none, as a
 *     method that opens a file, which may empty it or not
 */
public record Operation(String name, Kind kind, String makes) {
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

  /** What of a file an operation may end. */
  public enum Ends {
    /** The operation ends nothing. It may cut the file, which goes on existing. */
    NOTHING,
    /** The operation may end the last use of the file, which frees a file that has no name. */
    USE,
    /** The operation may take the last name of the file. */
    NAME
  }

  /** Who has cut a file that the agent finds shorter than a mapping while it tells of a call. */
  public enum Cutter {
    /** The call has. */
    ITSELF,
    /** Anybody may have: the call is a look of the agent, or makes the agent look. */
    ANYBODY
  }

  /** The kinds of operations, by what they do to memory and files. */
  public enum Kind {
    /** Reads from a file or a socket into memory. */
    FILL(Memory.WRITTEN, Keeper.NOBODY, Ends.NOTHING, Cutter.ITSELF),
    /** Writes from memory to a file or a socket. */
    DRAIN(Memory.READ, Keeper.NOBODY, Ends.NOTHING, Cutter.ITSELF),
    /** Gives pages to a pipe. */
    LEND_TO_PIPE(Memory.READ, Keeper.PIPE, Ends.NOTHING, Cutter.ITSELF),
    /** Gives pages to a socket. */
    LEND_TO_SOCKET(Memory.READ, Keeper.SOCKET, Ends.NOTHING, Cutter.ITSELF),
    /** Begins to read into memory. */
    BEGIN_FILL(Memory.WRITTEN, Keeper.REQUEST, Ends.NOTHING, Cutter.ITSELF),
    /** Begins to write from memory. */
    BEGIN_DRAIN(Memory.READ, Keeper.REQUEST, Ends.NOTHING, Cutter.ITSELF),
    /** Begins several requests, each in its own direction. */
    BEGIN(Memory.EITHER, Keeper.REQUEST, Ends.NOTHING, Cutter.ITSELF),
    /** Pins memory until a later operation ends the pin, for I/O in both directions. */
    REGISTER(Memory.EITHER, Keeper.REGISTRATION, Ends.NOTHING, Cutter.ITSELF),
    /** Ends a registration, or collects completed requests. */
    COMPLETE(Memory.NONE, Keeper.NOBODY, Ends.NOTHING, Cutter.ITSELF),
    /** Copies between files without memory of the program. */
    COPY(Memory.NONE, Keeper.NOBODY, Ends.NOTHING, Cutter.ITSELF),
    /** Maps memory, or moves a mapping. */
    MAP(Memory.NONE, Keeper.NOBODY, Ends.NOTHING, Cutter.ITSELF),
    /** Removes mappings, and with the last one a file that has no name. */
    UNMAP(Memory.NONE, Keeper.NOBODY, Ends.USE, Cutter.ANYBODY),
    /** Opens a file, which may empty it. */
    OPEN(Memory.NONE, Keeper.NOBODY, Ends.NOTHING, Cutter.ITSELF),
    /** Sets the size of a file. */
    RESIZE(Memory.NONE, Keeper.NOBODY, Ends.NOTHING, Cutter.ITSELF),
    /** Takes a range out of a file, or inserts one. */
    PUNCH(Memory.NONE, Keeper.NOBODY, Ends.NOTHING, Cutter.ITSELF),
    /** Removes a name of a file. */
    DELETE(Memory.NONE, Keeper.NOBODY, Ends.NAME, Cutter.ITSELF),
    /** Renames a file, and may remove the name of another. */
    RENAME(Memory.NONE, Keeper.NOBODY, Ends.NAME, Cutter.ITSELF),
    /** Closes a descriptor, and with the last one a file that has no name. */
    CLOSE(Memory.NONE, Keeper.NOBODY, Ends.USE, Cutter.ITSELF),
    /** Ends the process, which closes and unmaps all that it has. */
    EXIT(Memory.NONE, Keeper.NOBODY, Ends.USE, Cutter.ITSELF),
    /**
     * Changes no memory and no file: the agent looks at files, or sees that two threads are
     * ordered.
     */
    LOOK(Memory.NONE, Keeper.NOBODY, Ends.NOTHING, Cutter.ANYBODY),
    /** Takes a file system out of the directory tree. */
    UNMOUNT(Memory.NONE, Keeper.NOBODY, Ends.NOTHING, Cutter.ITSELF),
    /** Is known, but of none of these kinds; what the operation does to memory is not known. */
    OTHER(Memory.EITHER, Keeper.NOBODY, Ends.NOTHING, Cutter.ITSELF),
    /** Is in no table; what the operation does to memory is not known. */
    UNKNOWN(Memory.EITHER, Keeper.NOBODY, Ends.NOTHING, Cutter.ITSELF);

    private final Memory memory;
    private final Keeper keeper;
    private final Ends ends;
    private final Cutter cutter;

    Kind(Memory memory, Keeper keeper, Ends ends, Cutter cutter) {
      this.memory = memory;
      this.keeper = keeper;
      this.ends = ends;
      this.cutter = cutter;
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
              making("vmsplice", Kind.LEND_TO_PIPE, "vmsplice"),
              of(Kind.LEND_TO_PIPE, "splice tee"),
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
              making(
                  "ftruncate",
                  Kind.RESIZE,
                  "ftruncate FileChannel.truncate RandomAccessFile.setLength"),
              of(Kind.RESIZE, "truncate AsynchronousFileChannel.truncate"),
              named(Kind.RESIZE, "io_uring ftruncate"),
              making("fallocate", Kind.PUNCH, "fallocate"),
              of(Kind.PUNCH, "posix_fallocate madvise"),
              named(Kind.PUNCH, "io_uring fallocate"),
              making("unlink", Kind.DELETE, "unlink Files.delete File.delete"),
              of(Kind.DELETE, "unlinkat remove"),
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

  /** The operation of a thread that was not seen to do anything. */
  public static final Operation NONE = new Operation("", Kind.UNKNOWN, null);

  private static List<Operation> of(Kind kind, String names) {
    return named(kind, names.split(" "));
  }

  private static List<Operation> named(Kind kind, String... names) {
    return Arrays.stream(names).map(name -> new Operation(name, kind, null)).toList();
  }

  private static List<Operation> making(String syscall, Kind kind, String names) {
    return Arrays.stream(names.split(" ")).map(name -> new Operation(name, kind, syscall)).toList();
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
        : new Operation(
            known, Syscalls.number(known).isPresent() ? Kind.OTHER : Kind.UNKNOWN, null);
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
    return kind.ends == Ends.USE;
  }

  /**
   * Returns whether the operation ends a file rather than cuts it: the file loses its last name or
   * its last user.
   */
  public boolean endsFile() {
    return switch (kind.ends) {
      case USE, NAME -> true;
      case NOTHING -> false;
    };
  }

  /** Returns who has cut a file that the agent finds short while it tells of the operation. */
  public Cutter cutter() {
    return kind.cutter;
  }

  /**
   * Returns whether the operation surely makes a system call that threads of a JVM seldom make
   * otherwise.
   */
  public boolean makesSyscall() {
    return makes != null;
  }

  /**
   * Returns whether this is a system call that threads of a JVM seldom make outside an operation
   * that surely makes it.
   */
  public boolean isMade() {
    return name.equals(makes);
  }

  @Override
  public String toString() {
    return name;
  }
}
