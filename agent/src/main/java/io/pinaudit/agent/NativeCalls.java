package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import java.nio.file.Path;
import java.util.List;

/** Tells by its arguments what a foreign-function call is going to do. */
final class NativeCalls {
  private static final int O_TRUNC = 0x200; // asm-generic/fcntl.h
  private static final int AT_FDCWD = -100; // linux/fcntl.h
  private static final int AT_REMOVEDIR = 0x200; // linux/fcntl.h
  private static final int MAP_FIXED = 0x10; // asm-generic/mman-common.h
  private static final int MAP_ANONYMOUS = 0x20; // asm-generic/mman-common.h

  private final Session session;
  private final Recorder recorder;

  NativeCalls(Session session) {
    this.session = session;
    this.recorder = session.recorder();
  }

  /** The call to end when the function returns, or null if it is of no interest. */
  Call enter(NativeSymbol symbol, NativeArguments words) {
    return switch (symbol) {
      case SYSCALL -> {
        NativeSymbol called = NativeSymbol.numbered(words.a());
        yield called == null ? null : enter(called, words.shift());
      }
      case MMAP -> map(words);
      case MUNMAP -> new UnmapCall(session, "munmap", words.a(), wholePages(words.b()));
      case MREMAP -> remap(words);
      case FTRUNCATE ->
          SetSizeCall.recorded(recorder)
              ? new SetSizeCall(
                  recorder, "ftruncate", FileState.ofDescriptor((int) words.a()), words.b())
              : null;
      case TRUNCATE ->
          SetSizeCall.recorded(recorder)
              ? new SetSizeCall(
                  recorder, "truncate", FileState.following(path(words.a())), words.b())
              : null;
      case FALLOCATE ->
          DeallocateCall.recorded(recorder)
              ? new DeallocateCall(recorder, FileState.ofDescriptor((int) words.a()), words)
              : null;
      case OPEN -> open(symbol, AT_FDCWD, words.a(), words.b());
      case OPENAT -> open(symbol, words.a(), words.b(), words.c());
      case CLOSE -> close(words);
      case UNLINK -> delete(symbol, AT_FDCWD, words.a());
      case UNLINKAT ->
          (words.c() & AT_REMOVEDIR) != 0
              ? OtherNativeCall.of(recorder, symbol, words)
              : delete(symbol, words.a(), words.b());
      case RENAME -> rename(symbol, words, AT_FDCWD, words.b());
      case RENAMEAT, RENAMEAT2 -> rename(symbol, words, words.c(), words.d());
      case READ, WRITE -> transfer(symbol, words, -1);
      case PREAD, PWRITE -> transfer(symbol, words, words.d());
      case READV, WRITEV -> vector(symbol, words, -1);
      case PREADV, PWRITEV, PREADV2, PWRITEV2 -> vector(symbol, words, words.d());
      case VMSPLICE -> {
        Call call = vector(symbol, words, -1);
        yield call != null ? call : OtherNativeCall.of(recorder, symbol, words);
      }
      case SPLICE, TEE, IO_SUBMIT, IO_URING_SETUP, IO_URING_ENTER, IO_URING_REGISTER ->
          OtherNativeCall.of(recorder, symbol, words);
    };
  }

  private Call map(NativeArguments words) {
    int flags = (int) words.d();
    FileState file = (flags & MAP_ANONYMOUS) == 0 ? FileState.ofDescriptor((int) words.e()) : null;
    if (file == null || !file.isStorage()) {
      // It may still replace a mapping of a file.
      boolean replaces = (flags & MAP_FIXED) != 0 && !session.mappings().isEmpty();
      return replaces && !session.mappings().overlapping(words.a(), wholePages(words.b())).isEmpty()
          ? new UnmapCall(session, "mmap", words.a(), wholePages(words.b()))
          : null;
    }
    String mode =
        "prot=0x" + Long.toHexString(words.c()) + " flags=0x" + Integer.toHexString(flags);
    return new MapCall(session, "mmap", new Mapping(0, words.b(), words.f(), file), mode);
  }

  private Call remap(NativeArguments words) {
    List<Mapping> removed = session.mappings().remove(words.a(), wholePages(words.b()));
    return removed.isEmpty()
        ? OtherNativeCall.of(recorder, NativeSymbol.MREMAP, words)
        : new RemapCall(session, removed, words);
  }

  private Call open(NativeSymbol symbol, long directory, long name, long flags) {
    if ((flags & O_TRUNC) == 0 || !SetSizeCall.recorded(recorder)) {
      return null;
    }
    FileState before = FileState.following(path(directory, name));
    return before.isRegular() ? new SetSizeCall(recorder, symbol.symbol(), before, 0) : null;
  }

  private Call close(NativeArguments words) {
    Call call = CloseCall.of(recorder, (int) words.a());
    return call != null ? call : OtherNativeCall.of(recorder, NativeSymbol.CLOSE, words);
  }

  private Call delete(NativeSymbol symbol, long directory, long name) {
    return DeleteCall.recorded(recorder)
        ? new DeleteCall(recorder, symbol.symbol(), FileState.named(path(directory, name)))
        : null;
  }

  private Call rename(NativeSymbol symbol, NativeArguments words, long directory, long name) {
    if (DeleteCall.recorded(recorder)) {
      FileState replaced = FileState.named(path(directory, name));
      if (replaced.known()) {
        return new DeleteCall(recorder, symbol.symbol(), replaced);
      }
    }
    return OtherNativeCall.of(recorder, symbol, words);
  }

  private Call transfer(NativeSymbol symbol, NativeArguments words, long offsetBytes) {
    if (!TransferCall.recorded(recorder)) {
      return null;
    }
    return transfer(
        symbol, words, offsetBytes, BufferPiece.of(session.mappings(), words.b(), words.c()));
  }

  private Call vector(NativeSymbol symbol, NativeArguments words, long offsetBytes) {
    if (!TransferCall.recorded(recorder)) {
      return null;
    }
    int count = (int) words.c();
    return transfer(
        symbol, words, offsetBytes, BufferPiece.ofVector(session.mappings(), words.b(), count));
  }

  private Call transfer(
      NativeSymbol symbol, NativeArguments words, long offsetBytes, List<BufferPiece> pieces) {
    return pieces.isEmpty()
        ? null
        : new TransferCall(recorder, symbol.symbol(), pieces, (int) words.a(), offsetBytes);
  }

  private static Path path(long name) {
    return path(AT_FDCWD, name);
  }

  private static Path path(long directory, long name) {
    return FileState.resolve((int) directory, ProcessMemory.path(name));
  }

  /** munmap(2) and mremap(2) work on whole pages. */
  private static long wholePages(long lengthBytes) {
    long page = JdkInternals.pageBytes();
    return (lengthBytes + page - 1) / page * page;
  }
}
