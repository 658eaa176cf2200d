package io.pinaudit.agent.state;

import io.pinaudit.agent.stand.RefusedBy;
import io.pinaudit.agent.stand.Taker;
import java.util.HashMap;
import java.util.Map;

/**
 * The functions that map, pin, truncate, free or transfer, the library they are in, and the numbers
 * that syscall(2) knows them by (asm/unistd_64.h; asm-generic/unistd.h on ARM; −1 where there is
 * none).
 */
public enum NativeSymbol implements Taker {
  CLOSE("close", 1, 3, 57),
  COPY_FILE_RANGE("copy_file_range", 6, 326, 285),
  CREAT("creat", 2, 85, -1),
  FALLOCATE("fallocate", 4, 285, 47),
  FOPEN("fopen", 2, -1, -1),
  FREE("free", 1, -1, -1),
  FREOPEN("freopen", 3, -1, -1),
  FTRUNCATE("ftruncate", 2, 77, 46),
  MADVISE("madvise", 3, 28, 233),
  MMAP("mmap", 6, 9, 222),
  MREMAP("mremap", 5, 25, 216),
  MSYNC("msync", 3, 26, 227),
  MUNMAP("munmap", 2, 11, 215),
  OPEN("open", 3, 2, -1),
  OPENAT("openat", 4, 257, 56),
  OPENAT2("openat2", 4, 437, 437),
  POSIX_FALLOCATE("posix_fallocate", 3, -1, -1),
  PREAD("pread", 4, 17, 67),
  PREADV("preadv", 4, 295, 69),
  PREADV2("preadv2", 5, 327, 286),
  PWRITE("pwrite", 4, 18, 68),
  PWRITEV("pwritev", 4, 296, 70),
  PWRITEV2("pwritev2", 5, 328, 287),
  READ("read", 3, 0, 63),
  READV("readv", 3, 19, 65),
  REMOVE("remove", 1, -1, -1),
  RENAME("rename", 2, 82, -1),
  RENAMEAT("renameat", 4, 264, 38),
  RENAMEAT2("renameat2", 5, 316, 276),
  SENDFILE("sendfile", 4, 40, 71),
  SPLICE("splice", 6, 275, 76),
  SYSCALL("syscall", 7, -1, -1),
  TEE("tee", 4, 276, 77),
  TRUNCATE("truncate", 2, 76, 45),
  UNLINK("unlink", 1, 87, -1),
  UNLINKAT("unlinkat", 3, 263, 35),
  VMSPLICE("vmsplice", 4, 278, 75),
  WRITE("write", 3, 1, 64),
  WRITEV("writev", 3, 20, 66),

  IO_DESTROY(Library.AIO, "io_destroy", 1, 207, 1),
  IO_GETEVENTS(Library.AIO, "io_getevents", 5, 208, 4),
  IO_PGETEVENTS(Library.AIO, "io_pgetevents", 6, 333, 292),
  IO_SETUP(Library.AIO, "io_setup", 2, 206, 0),
  IO_SUBMIT(Library.AIO, "io_submit", 3, 209, 2),

  IO_URING_ENTER(Library.URING, "io_uring_enter", 6, 426, 426),
  IO_URING_ENTER2(Library.URING, "io_uring_enter2", 6, -1, -1),
  IO_URING_GET_EVENTS(Library.URING, "io_uring_get_events", 1, -1, -1),
  IO_URING_QUEUE_EXIT(Library.URING, "io_uring_queue_exit", 1, -1, -1),
  IO_URING_QUEUE_INIT(Library.URING, "io_uring_queue_init", 3, -1, -1),
  IO_URING_QUEUE_INIT_PARAMS(Library.URING, "io_uring_queue_init_params", 3, -1, -1),
  IO_URING_REGISTER(Library.URING, "io_uring_register", 4, 427, 427),
  IO_URING_REGISTER_BUFFERS(Library.URING, "io_uring_register_buffers", 3, -1, -1),
  IO_URING_REGISTER_FILES(Library.URING, "io_uring_register_files", 3, -1, -1),
  IO_URING_REGISTER_FILES_SPARSE(Library.URING, "io_uring_register_files_sparse", 2, -1, -1),
  IO_URING_REGISTER_FILES_TAGS(Library.URING, "io_uring_register_files_tags", 4, -1, -1),
  IO_URING_REGISTER_FILES_UPDATE(Library.URING, "io_uring_register_files_update", 4, -1, -1),
  IO_URING_SETUP(Library.URING, "io_uring_setup", 2, 425, 425),
  IO_URING_SUBMIT(Library.URING, "io_uring_submit", 1, -1, -1),
  IO_URING_SUBMIT_AND_GET_EVENTS(Library.URING, "io_uring_submit_and_get_events", 1, -1, -1),
  IO_URING_SUBMIT_AND_WAIT(Library.URING, "io_uring_submit_and_wait", 2, -1, -1),
  IO_URING_SUBMIT_AND_WAIT_TIMEOUT(Library.URING, "io_uring_submit_and_wait_timeout", 5, -1, -1),
  IO_URING_UNREGISTER_BUFFERS(Library.URING, "io_uring_unregister_buffers", 1, -1, -1),
  IO_URING_UNREGISTER_FILES(Library.URING, "io_uring_unregister_files", 1, -1, -1),
  IO_URING_WAIT_CQES(Library.URING, "io_uring_wait_cqes", 5, -1, -1),
  // What the inline functions of liburing.h end in.
  IO_URING_GET_CQE(Library.URING, "__io_uring_get_cqe", 5, -1, -1),
  IO_URING_PEEK_BATCH_CQE(Library.URING, "io_uring_peek_batch_cqe", 3, -1, -1),

  IBV_DEREG_MR(Library.VERBS, "ibv_dereg_mr", 1, -1, -1),
  IBV_REG_MR(Library.VERBS, "ibv_reg_mr", 4, -1, -1),
  IBV_REG_MR_IOVA(Library.VERBS, "ibv_reg_mr_iova", 5, -1, -1),
  IBV_REG_MR_IOVA2(Library.VERBS, "ibv_reg_mr_iova2", 5, -1, -1);

  /**
   * The library that a function belongs to; a function of the same name in another library is a
   * different one.
   */
  public enum Library {
    C("(libc|libpthread)(-[0-9.]+)?\\.so.*|ld-musl-.*\\.so.*"),
    AIO("libaio\\.so.*"),
    URING("liburing(-ffi)?\\.so.*"),
    VERBS("libibverbs\\.so.*");

    private final String fileNames;

    Library(String fileNames) {
      this.fileNames = fileNames;
    }

    /** Returns whether a file, such as libaio.so.1.0.2 or libc-2.31.so, is this library. */
    public boolean isIn(String fileName) {
      return fileName.matches(fileNames);
    }
  }

  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final Map<String, NativeSymbol> BY_NAME = new HashMap<>();
  private static final Map<Integer, NativeSymbol> BY_NUMBER = new HashMap<>();

  static {
    for (NativeSymbol symbol : values()) {
      BY_NAME.put(symbol.symbol, symbol);
      BY_NUMBER.put(ARM ? symbol.armNumber : symbol.x86Number, symbol);
    }
    BY_NUMBER.remove(-1);
  }

  private final Library library;
  private final String symbol;
  private final int argumentCount;
  private final int x86Number;
  private final int armNumber;

  NativeSymbol(String symbol, int argumentCount, int x86Number, int armNumber) {
    this(Library.C, symbol, argumentCount, x86Number, armNumber);
  }

  NativeSymbol(Library library, String symbol, int argumentCount, int x86Number, int armNumber) {
    this.library = library;
    this.symbol = symbol;
    this.argumentCount = argumentCount;
    this.x86Number = x86Number;
    this.armNumber = armNumber;
  }

  /**
   * Returns the function of this name in this library; null if this enum has none.
   *
   * @param name the name, which may be one of glibc's other names of the function: __open64,
   *     pread64, preadv64v2
   */
  public static NativeSymbol in(String fileName, String name) {
    NativeSymbol found = named(name);
    return found != null && found.library.isIn(fileName) ? found : null;
  }

  /** Returns the function of this name in any library; null if this enum has none. */
  public static NativeSymbol named(String name) {
    NativeSymbol found = BY_NAME.get(name);
    if (found != null) {
      return found;
    }
    // glibc's pread64, __open64, preadv64v2
    String plain = name.replaceFirst("^__", "").replaceFirst("64(v2)?$", "$1");
    return BY_NAME.get(plain.replace("v2", "2"));
  }

  /** Returns the symbol with this number of syscall(2); null if this enum has none. */
  public static NativeSymbol numbered(long number) {
    return BY_NUMBER.get((int) number);
  }

  /** Returns the function's name in C. */
  public String symbol() {
    return symbol;
  }

  /** Returns the library that the function belongs to. */
  public Library library() {
    return library;
  }

  /** Returns the number of arguments that the function has in C. */
  public int argumentCount() {
    return argumentCount;
  }

  /** Returns how the agent names a call of the function, which is by the function. */
  @Override
  public String operation() {
    return symbol;
  }

  /** Returns the refusal that a binding of any kind can pass on. */
  @Override
  public RefusedBy refusedBy() {
    return RefusedBy.STATE;
  }
}
