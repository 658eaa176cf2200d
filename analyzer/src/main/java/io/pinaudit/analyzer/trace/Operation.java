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
 * What a call is: a system call, a function of a C library, or a method of the JDK. The table of
 * all operations that matter here is in this class, and nothing else looks at their names.
 *
 * @param name as a report prints it
 * @param kind what it does to memory and files
 */
public record Operation(String name, Kind kind) {
  /** What an operation does to the memory that it pins, or whose pin it asks for. */
  public enum Memory {
    /** Bytes are only taken from the memory. */
    READ,
    /** Bytes arrive in the memory. */
    WRITTEN,
    /** Either, as each single request says. */
    EITHER,
    /** It takes no memory, only files. */
    NONE
  }

  /** What goes on holding the memory, or the pages, when the operation has returned. */
  public enum Keeper {
    /** Nothing does. */
    NOBODY,
    /** An I/O that the operation only began. */
    REQUEST,
    /** A pipe, until it is read. */
    PIPE,
    /** A socket that was given the pages and not a copy of them, as with MSG_ZEROCOPY. */
    SOCKET,
    /** A ring or a device, until the registration ends. */
    REGISTRATION
  }

  /** The kinds of operations that differ in what they do to memory and files. */
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
    /** Pins memory until further notice, for I/O in both directions. */
    REGISTER(Memory.EITHER, Keeper.REGISTRATION),
    /** Ends a registration, or reaps what has been completed. */
    COMPLETE(Memory.NONE),
    /** Copies between files; no memory of the program takes part. */
    COPY(Memory.NONE),
    /** Maps, or moves a mapping. */
    MAP(Memory.NONE),
    /** Removes mappings, and with the last one a file that has no name. */
    UNMAP(Memory.NONE),
    /** Opens a file, which may empty it. */
    OPEN(Memory.NONE),
    /** Sets the size of a file. */
    RESIZE(Memory.NONE),
    /** Takes a range from a file, or gives it one. */
    PUNCH(Memory.NONE),
    /** Removes a name of a file. */
    DELETE(Memory.NONE),
    /** Renames a file, and may remove the name of another. */
    RENAME(Memory.NONE),
    /** Closes a descriptor, and with the last one a file that has no name. */
    CLOSE(Memory.NONE),
    /** Ends the process, which closes and unmaps all that it has. */
    EXIT(Memory.NONE),
    /** Changes no memory and no file: the agent looks, or sees two threads ordered. */
    LOOK(Memory.NONE),
    /** Takes a file system out of the tree. */
    UNMOUNT(Memory.NONE),
    /** A known operation that is none of these; what it does to memory is not known. */
    OTHER(Memory.EITHER),
    /** Not in any table; what it does to memory is not known. */
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

  /** By kind. Names of the kernel, of C libraries and of the JDK; none means two things. */
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
              named(Kind.BEGIN_FILL, "io_uring read", "io_uring readv", "io_submit pread"),
              of(Kind.BEGIN_DRAIN, "AsynchronousFileChannel.write"),
              named(Kind.BEGIN_DRAIN, "io_uring write", "io_uring writev", "io_submit pwrite"),
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
              of(Kind.OPEN, "open openat openat2 creat FileChannel.open FileOutputStream.open"),
              of(Kind.RESIZE, "truncate ftruncate FileChannel.truncate RandomAccessFile.setLength"),
              named(Kind.RESIZE, "io_uring ftruncate"),
              of(Kind.PUNCH, "fallocate posix_fallocate madvise"),
              named(Kind.PUNCH, "io_uring fallocate"),
              of(Kind.DELETE, "unlink unlinkat Files.delete File.delete"),
              of(Kind.RENAME, "rename renameat renameat2 Files.move File.renameTo"),
              of(Kind.CLOSE, "close close_range"),
              of(Kind.EXIT, "exit exit_group"),
              of(Kind.UNMOUNT, "umount umount2"),
              of(
                  Kind.OTHER,
                  "free Arena.close Cleaner.clean Unsafe.freeMemory msync io_setup io_uring_setup"
                      + " io_uring_queue_init io_uring_register_files"
                      + " io_uring_register_files_sparse io_uring_register_files_tags"
                      + " io_uring_register_files_update io_uring_unregister_files"
                      + " io_uring_queue_init_params syscall")));

  /**
   * Which system call an operation makes for sure. A method that opens a file may empty it, or may
   * not; one that is not here is not sure to make any.
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

  /** What nobody is seen to do. */
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
   * The operation of a name; one of {@link Kind#UNKNOWN} if neither the table nor the kernel's list
   * of system calls has it.
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

  /** All operations of the table. */
  public static Collection<Operation> all() {
    return TABLE.values();
  }

  /** What it does to the memory that it pins. */
  public Memory memory() {
    return kind.memory;
  }

  /** What goes on holding the pages when it has returned. */
  public Keeper keeper() {
    return kind.keeper;
  }

  /** Whether it leaves references behind that no request of its own ends. */
  public boolean lends() {
    return switch (kind.keeper) {
      case PIPE, SOCKET, REGISTRATION -> true;
      case NOBODY, REQUEST -> false;
    };
  }

  /** Whether the last user of a file may go with it, which frees the file if it has no name. */
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

  /** Whether it ends a file, rather than cut it: its last name or its last user goes with it. */
  public boolean endsFile() {
    return letsGo() || kind == Kind.DELETE || kind == Kind.RENAME;
  }

  /** Whether it makes a system call for sure that threads of a JVM seldom make otherwise. */
  public boolean makesSyscall() {
    return MAKES.containsKey(name);
  }

  /** Whether it is a system call that threads of a JVM seldom make but in an operation for it. */
  public boolean isMade() {
    return MADE.contains(name);
  }

  @Override
  public String toString() {
    return name;
  }
}
