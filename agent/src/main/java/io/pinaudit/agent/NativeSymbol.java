package io.pinaudit.agent;

import java.util.HashMap;
import java.util.Map;

/**
 * The functions of the C library that map, pin, truncate, free or transfer, and the numbers that
 * syscall(2) knows them by (asm/unistd_64.h; asm-generic/unistd.h on ARM; −1 where there is none).
 */
enum NativeSymbol {
  CLOSE("close", 1, 3, 57),
  FALLOCATE("fallocate", 4, 285, 47),
  FTRUNCATE("ftruncate", 2, 77, 46),
  IO_SUBMIT("io_submit", 3, 209, 2),
  IO_URING_ENTER("io_uring_enter", 6, 426, 426),
  IO_URING_REGISTER("io_uring_register", 4, 427, 427),
  IO_URING_SETUP("io_uring_setup", 2, 425, 425),
  MMAP("mmap", 6, 9, 222),
  MREMAP("mremap", 5, 25, 216),
  MUNMAP("munmap", 2, 11, 215),
  OPEN("open", 3, 2, -1),
  OPENAT("openat", 4, 257, 56),
  PREAD("pread", 4, 17, 67),
  PREADV("preadv", 4, 295, 69),
  PREADV2("preadv2", 5, 327, 286),
  PWRITE("pwrite", 4, 18, 68),
  PWRITEV("pwritev", 4, 296, 70),
  PWRITEV2("pwritev2", 5, 328, 287),
  READ("read", 3, 0, 63),
  READV("readv", 3, 19, 65),
  RENAME("rename", 2, 82, -1),
  RENAMEAT("renameat", 4, 264, 38),
  RENAMEAT2("renameat2", 5, 316, 276),
  SPLICE("splice", 6, 275, 76),
  SYSCALL("syscall", 7, -1, -1),
  TEE("tee", 4, 276, 77),
  TRUNCATE("truncate", 2, 76, 45),
  UNLINK("unlink", 1, 87, -1),
  UNLINKAT("unlinkat", 3, 263, 35),
  VMSPLICE("vmsplice", 4, 278, 75),
  WRITE("write", 3, 1, 64),
  WRITEV("writev", 3, 20, 66);

  private static final boolean ARM = System.getProperty("os.arch").equals("aarch64");
  private static final Map<String, NativeSymbol> BY_NAME = new HashMap<>();
  private static final Map<Integer, NativeSymbol> BY_NUMBER = new HashMap<>();

  static {
    for (NativeSymbol symbol : values()) {
      BY_NAME.put(symbol.symbol, symbol);
      // Names of the same functions for programs with large files.
      BY_NAME.put(symbol.symbol + "64", symbol);
      BY_NUMBER.put(ARM ? symbol.armNumber : symbol.x86Number, symbol);
    }
    BY_NUMBER.remove(-1);
  }

  private final String symbol;
  private final int argumentCount;
  private final int x86Number;
  private final int armNumber;

  NativeSymbol(String symbol, int argumentCount, int x86Number, int armNumber) {
    this.symbol = symbol;
    this.argumentCount = argumentCount;
    this.x86Number = x86Number;
    this.armNumber = armNumber;
  }

  /** The symbol of this name; null if it is none of these. */
  static NativeSymbol named(String name) {
    return BY_NAME.get(name);
  }

  /** The symbol of this number of syscall(2); null if it is none of these. */
  static NativeSymbol numbered(long number) {
    return BY_NUMBER.get((int) number);
  }

  /** Its name in C. */
  String symbol() {
    return symbol;
  }

  /** How many arguments it has in C. */
  int argumentCount() {
    return argumentCount;
  }
}
