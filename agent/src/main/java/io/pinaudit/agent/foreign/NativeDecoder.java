package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.call.CloseCall;
import io.pinaudit.agent.call.DeallocateCall;
import io.pinaudit.agent.call.DeleteCall;
import io.pinaudit.agent.call.FileMove;
import io.pinaudit.agent.call.FileTransferCall;
import io.pinaudit.agent.call.FreeCall;
import io.pinaudit.agent.call.Guarding;
import io.pinaudit.agent.call.LendCall;
import io.pinaudit.agent.call.MapCall;
import io.pinaudit.agent.call.OtherNativeCall;
import io.pinaudit.agent.call.PassOnCall;
import io.pinaudit.agent.call.PinCall;
import io.pinaudit.agent.call.PinRequest;
import io.pinaudit.agent.call.RemapCall;
import io.pinaudit.agent.call.RenameCall;
import io.pinaudit.agent.call.RingLook;
import io.pinaudit.agent.call.RingMapCall;
import io.pinaudit.agent.call.RingSetupCall;
import io.pinaudit.agent.call.SetSizeCall;
import io.pinaudit.agent.call.Stands;
import io.pinaudit.agent.call.Transfer;
import io.pinaudit.agent.call.TransferCall;
import io.pinaudit.agent.call.TwoCalls;
import io.pinaudit.agent.call.UnmapCall;
import io.pinaudit.agent.call.UnpinCall;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.jdk.NativeArguments;
import io.pinaudit.agent.jdk.ProcessMemory;
import io.pinaudit.agent.stand.FallocateMode;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Endpoint;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.NativeSymbol;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.agent.state.Ring;
import io.pinaudit.agent.state.Session;
import io.pinaudit.agent.state.UserMemory;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Finds out from the arguments of a native function what the call is going to do. */
public final class NativeDecoder {
  private static final long IBV_ACCESS_ON_DEMAND = 1 << 6; // infiniband/verbs.h

  private static final int O_CREAT_EXCL = 0x40 | 0x80; // asm-generic/fcntl.h
  private static final int O_TRUNC = 0x200; // asm-generic/fcntl.h
  private static final int AT_FDCWD = -100; // linux/fcntl.h
  private static final int AT_REMOVEDIR = 0x200; // linux/fcntl.h
  private static final int MAP_FIXED = 0x10; // asm-generic/mman-common.h
  private static final int MAP_ANONYMOUS = 0x20; // asm-generic/mman-common.h
  private static final int MREMAP_MAYMOVE = 1; // linux/mman.h
  private static final int MREMAP_FIXED = 2; // linux/mman.h
  private static final int MREMAP_DONTUNMAP = 4; // linux/mman.h
  private static final int MADV_REMOVE = 9; // asm-generic/mman-common.h

  private final Session session;
  private final Recorder recorder;
  private final RingDecoder rings;
  private final AioDecoder aio;

  public NativeDecoder(Session session) {
    this.session = session;
    this.recorder = session.recorder();
    this.rings = new RingDecoder(session, new NativeDecoder(session.unguarded(), null));
    this.aio = new AioDecoder(session);
  }

  /**
   * Makes a decoder for the entries of rings. The guard does not hold them: other entries of the
   * same call have begun by then, or are what an entry would wait for.
   */
  private NativeDecoder(Session session, RingDecoder rings) {
    this.session = session;
    this.recorder = session.recorder();
    this.rings = rings;
    this.aio = new AioDecoder(session);
  }

  /**
   * Returns the call that the hook ends when the function returns; null if the call is of no
   * interest.
   */
  Call enter(NativeSymbol symbol, NativeArguments words) throws Throwable {
    return switch (symbol) {
      case SYSCALL -> {
        NativeSymbol called = NativeSymbol.numbered(words.a());
        yield called == null ? null : enter(called, words.shift());
      }
      case MMAP -> map(words);
      case MUNMAP -> unmap(symbol, words);
      case MREMAP -> remap(words);
      case FTRUNCATE ->
          SetSizeCall.wanted(session)
              ? SetSizeCall.ofDescriptor(session, symbol, (int) words.a(), words.b())
              : null;
      case TRUNCATE ->
          SetSizeCall.wanted(session)
              ? SetSizeCall.named(session, symbol, FileState.following(path(words.a())), words.b())
              : null;
      case FALLOCATE ->
          DeallocateCall.wanted(session)
              ? new DeallocateCall(
                  session,
                  symbol,
                  List.of(new Mapping(0, words.d(), words.c(), descriptor(words.a()))),
                  (int) words.b())
              : null;
      case POSIX_FALLOCATE ->
          enter(NativeSymbol.FALLOCATE, NativeArguments.of(words.a(), 0, words.b(), words.c()));
      case MADVISE -> advise(words);
      case CREAT -> open(symbol, AT_FDCWD, words.a(), O_TRUNC);
      case OPEN -> open(symbol, AT_FDCWD, words.a(), words.b());
      case OPENAT -> open(symbol, words.a(), words.b(), words.c());
      // struct open_how, linux/openat2.h: its flags come first.
      case OPENAT2 -> open(NativeSymbol.OPENAT2, words.a(), words.b(), word(words.c(), 0));
      case FOPEN, FREOPEN -> NativeResult.ofPointer(openStream(symbol, words));
      case CLOSE -> close(words);
      case UNLINK -> delete(symbol, AT_FDCWD, words.a());
      // Of folders it is rmdir(2).
      case REMOVE ->
          FileState.named(path(words.a())).isDirectory()
              ? other(symbol, words)
              : delete(symbol, AT_FDCWD, words.a());
      case UNLINKAT ->
          (words.c() & AT_REMOVEDIR) != 0
              ? other(symbol, words)
              : delete(symbol, words.a(), words.b());
      case RENAME -> rename(symbol, NativeArguments.of(AT_FDCWD, words.a(), AT_FDCWD, words.b()));
      case RENAMEAT, RENAMEAT2 -> rename(symbol, words);
      case READ, WRITE -> transfer(symbol, words, range(words), -1);
      case PREAD, PWRITE -> transfer(symbol, words, range(words), words.d());
      case READV, WRITEV -> transfer(symbol, words, vector(words), -1);
      case PREADV, PWRITEV, PREADV2, PWRITEV2 -> transfer(symbol, words, vector(words), words.d());
      case VMSPLICE -> {
        Call call = lend(symbol, words);
        yield call != null ? call : other(symbol, words);
      }
      case SENDFILE, COPY_FILE_RANGE ->
          FileTransferCall.recorded(recorder) ? move(symbol, words) : null;
      case SPLICE -> {
        Call move = FileTransferCall.recorded(recorder) ? move(symbol, words) : null;
        yield PassOnCall.of(session, move, (int) words.a(), (int) words.c());
      }
      case TEE -> PassOnCall.of(session, other(symbol, words), (int) words.a(), (int) words.b());
      case MSYNC, IO_SETUP -> other(symbol, words);
      case IO_SUBMIT -> aio.submit(words, other(symbol, words));
      case IO_GETEVENTS, IO_PGETEVENTS -> aio.reap(words, other(symbol, words));
      case IO_DESTROY -> aio.destroy(words, other(symbol, words));
      case IO_URING_SETUP -> new RingSetupCall(session, other(symbol, words), words.b(), false);
      case IO_URING_QUEUE_INIT, IO_URING_QUEUE_INIT_PARAMS ->
          new RingSetupCall(session, other(symbol, words), words.b(), true);
      case IO_URING_ENTER, IO_URING_ENTER2 -> rings.enter(words, other(symbol, words));
      case IO_URING_SUBMIT,
          IO_URING_SUBMIT_AND_GET_EVENTS,
          IO_URING_SUBMIT_AND_WAIT,
          IO_URING_SUBMIT_AND_WAIT_TIMEOUT ->
          rings.submitAll(words.a(), other(symbol, words));
      case IO_URING_GET_EVENTS, IO_URING_GET_CQE, IO_URING_PEEK_BATCH_CQE, IO_URING_WAIT_CQES ->
          rings.reap(words.a(), null);
      case IO_URING_REGISTER -> rings.register(words, other(symbol, words));
      case IO_URING_REGISTER_BUFFERS -> {
        Ring ring = session.rings().ofStruct(words.a());
        yield ring == null
            ? other(symbol, words)
            : rings.registerBuffers(
                ring.layout().descriptor(), words.b(), words.c(), other(symbol, words));
      }
      case IO_URING_REGISTER_FILES ->
          registerFiles(symbol, words, new RingDecoder.FileList(0, words.b(), words.c()));
      case IO_URING_REGISTER_FILES_TAGS ->
          registerFiles(symbol, words, new RingDecoder.FileList(0, words.b(), words.d()));
      case IO_URING_REGISTER_FILES_SPARSE ->
          registerFiles(symbol, words, new RingDecoder.FileList(0, 0, words.b()));
      case IO_URING_REGISTER_FILES_UPDATE ->
          registerFiles(
              symbol, words, new RingDecoder.FileList((int) words.b(), words.c(), words.d()));
      case IO_URING_UNREGISTER_FILES -> registerFiles(symbol, words, RingDecoder.FileList.NONE);
      case FREE -> free(symbol, Mapping.ofNoFile(words.a(), FreeCall.UNKNOWN_LENGTH));
      case IO_URING_UNREGISTER_BUFFERS, IO_URING_QUEUE_EXIT -> leave(symbol, words);
      case IBV_REG_MR, IBV_REG_MR_IOVA, IBV_REG_MR_IOVA2 -> {
        List<BufferPiece> pieces = range(words).mappedPieces(session.mappings());
        yield pieces.isEmpty() || isOnDemand(symbol, words)
            ? other(symbol, words)
            : new PinCall(session, pieces, new PinRequest(symbol.symbol(), true, "ibv_mr", null));
      }
      case IBV_DEREG_MR ->
          session.pins().holds(words.a())
              ? new UnpinCall(session, symbol.symbol(), words.a())
              : other(symbol, words);
    };
  }

  private Call other(NativeSymbol symbol, NativeArguments words) {
    return OtherNativeCall.of(recorder, symbol, words);
  }

  private Call registerFiles(
      NativeSymbol symbol, NativeArguments words, RingDecoder.FileList list) {
    Ring ring = session.rings().ofStruct(words.a());
    return rings.registerFiles(ring, list, other(symbol, words));
  }

  private Call map(NativeArguments words) {
    int flags = (int) words.d();
    FileState file = (flags & MAP_ANONYMOUS) == 0 ? descriptor(words.e()) : null;
    if (file != null && file.isStorage()) {
      String mode =
          "prot=0x" + Long.toHexString(words.c()) + " flags=0x" + Integer.toHexString(flags);
      return new MapCall(session, "mmap", new Mapping(0, words.b(), words.f(), file), mode);
    }
    if (file != null && session.rings().isUnmapped((int) words.e())) {
      return new RingMapCall(session, (int) words.e(), words.f());
    }
    // It may still replace a mapping of a file.
    return (flags & MAP_FIXED) != 0 ? unmap(NativeSymbol.MMAP, words) : null;
  }

  /**
   * Decodes munmap(2), or a mapping that replaces another. Of interest only if a file was mapped
   * there.
   */
  private Call unmap(NativeSymbol symbol, NativeArguments words) {
    long lengthBytes = wholePages(words.b());
    Mapping range = Mapping.ofNoFile(words.a(), lengthBytes);
    Guarding.free(session, symbol, List.of(range), false);
    RingLook.atAll(session);
    session.rings().unmapped(words.a(), lengthBytes);
    return session.mappings().overlapping(words.a(), lengthBytes).isEmpty()
        ? free(symbol, range)
        : new UnmapCall(session, symbol.symbol(), range);
  }

  private Call free(NativeSymbol symbol, Mapping range) {
    return session.requests().isEmpty() ? null : FreeCall.of(session, symbol.symbol(), range);
  }

  private Call remap(NativeArguments words) {
    String remap = NativeSymbol.MREMAP.symbol();
    long oldBytes = wholePages(words.b());
    long newBytes = wholePages(words.c());
    boolean stays = oldBytes == 0 || (words.d() & MREMAP_DONTUNMAP) != 0;
    Mapping target = Mapping.ofNoFile(words.e(), (words.d() & MREMAP_FIXED) != 0 ? newBytes : 0);
    // What is moved stays mapped, but not where somebody may be about to use it.
    long keptBytes = (words.d() & MREMAP_MAYMOVE) != 0 && newBytes > oldBytes ? 0 : newBytes;
    long fromByte = target.lengthBytes() > 0 ? 0 : Math.min(keptBytes, oldBytes);
    Mapping left = Mapping.ofNoFile(words.a() + fromByte, stays ? 0 : oldBytes - fromByte);
    Guarding.free(session, NativeSymbol.MREMAP, List.of(left, target), false);
    Guarding.unmapping(session, remap, overlapping(words.a() + newBytes, oldBytes - newBytes));
    RingLook.atAll(session);
    Call replaced =
        overlapping(target.address(), target.lengthBytes()).isEmpty()
            ? null
            : new UnmapCall(session, remap, target);
    List<Mapping> moved =
        stays
            ? overlapping(words.a(), Math.max(oldBytes, words.c()))
            : session.mappings().remove(words.a(), oldBytes);
    Call rest =
        moved.isEmpty()
            ? other(NativeSymbol.MREMAP, words)
            : new RemapCall(session, moved, stays, words);
    return TwoCalls.of(replaced, rest);
  }

  private List<Mapping> overlapping(long address, long lengthBytes) {
    return lengthBytes <= 0 ? List.of() : session.mappings().overlapping(address, lengthBytes);
  }

  private Call advise(NativeArguments words) {
    if ((int) words.c() != MADV_REMOVE || !DeallocateCall.wanted(session)) {
      return null;
    }
    List<Mapping> ranges = new ArrayList<>();
    for (Mapping mapped : session.mappings().overlapping(words.a(), words.b())) {
      FileState now = mapped.file().now();
      ranges.add(new Mapping(0, mapped.lengthBytes(), mapped.offsetBytes(), now));
    }
    return ranges.isEmpty()
        ? null
        : new DeallocateCall(
            session, NativeSymbol.MADVISE, ranges, FallocateMode.PUNCH_AND_KEEP_SIZE);
  }

  private Call open(NativeSymbol symbol, long directory, long name, long flags) {
    return (flags & O_TRUNC) != 0
        ? SetSizeCall.opening(session, symbol, path(directory, name), flags)
        : null;
  }

  /** Decodes fopen(3), or freopen(3), which without a name opens nothing anew. */
  private Call openStream(NativeSymbol symbol, NativeArguments words) {
    String mode = words.a() == 0 ? "" : ProcessMemory.path(words.b());
    int exclusive = mode.contains("x") ? O_CREAT_EXCL : 0;
    return open(symbol, AT_FDCWD, words.a(), mode.startsWith("w") ? O_TRUNC | exclusive : 0);
  }

  private Call close(NativeArguments words) {
    int fd = (int) words.a();
    RingLook.atAll(session);
    Ring ring = session.rings().closed(fd);
    forget(ring);
    Call unpin = rings.unregisterBuffers(fd);
    if (unpin != null) {
      return unpin;
    }
    Call call = ring != null ? null : CloseCall.of(session, fd);
    return call != null ? call : other(NativeSymbol.CLOSE, words);
  }

  private Call leave(NativeSymbol symbol, NativeArguments words) {
    Ring ring = session.rings().ofStruct(words.a());
    if (symbol == NativeSymbol.IO_URING_QUEUE_EXIT) {
      RingLook.atAll(session);
      session.rings().exited(words.a());
      forget(ring);
    }
    Call unpin = ring == null ? null : rings.unregisterBuffers(ring.layout().descriptor());
    return unpin != null ? unpin : other(symbol, words);
  }

  /** Ends the requests of a ring that is gone, because no call will see their completions. */
  private void forget(Ring ring) {
    if (ring != null) {
      session.requests().endAll(ring);
    }
  }

  private Call delete(NativeSymbol symbol, long directory, long name) {
    return DeleteCall.wanted(session)
        ? new DeleteCall(session, symbol, FileState.named(path(directory, name)))
        : null;
  }

  private Call rename(NativeSymbol symbol, NativeArguments words) {
    return session.watches()
        ? RenameCall.of(session, symbol, path(words.a(), words.b()), path(words.c(), words.d()))
        : null;
  }

  /**
   * Returns whether the device faults the pages in when it needs them: then they are not pinned.
   */
  private static boolean isOnDemand(NativeSymbol symbol, NativeArguments words) {
    long access = symbol == NativeSymbol.IBV_REG_MR ? words.d() : words.e();
    return (access & IBV_ACCESS_ON_DEMAND) != 0;
  }

  private static UserMemory range(NativeArguments words) {
    return UserMemory.range(words.b(), words.c());
  }

  private static UserMemory vector(NativeArguments words) {
    return UserMemory.vector(words.b(), words.c());
  }

  private Call transfer(
      NativeSymbol symbol, NativeArguments words, UserMemory memory, long offsetBytes) {
    Transfer transfer = wanted(symbol, words, memory, offsetBytes);
    return transfer == null ? null : new TransferCall(session, transfer, null);
  }

  private Call lend(NativeSymbol symbol, NativeArguments words) {
    Transfer transfer = wanted(symbol, words, vector(words), -1);
    return transfer == null ? null : new LendCall(session, transfer, (int) words.a());
  }

  /** Returns null if it is of no interest. */
  private Transfer wanted(
      NativeSymbol symbol, NativeArguments words, UserMemory memory, long offsetBytes) {
    if (!TransferCall.wanted(session)) {
      return null;
    }
    int descriptor = (int) words.a();
    // On a pipe O_DIRECT means packets, not storage.
    boolean direct =
        session.endpoints().mayBeDirect(descriptor) && descriptor(descriptor).isStorage();
    List<BufferPiece> pieces = memory.pieces(session.mappings(), direct);
    if (pieces.isEmpty()) {
      return null;
    }
    Endpoint storage = session.endpoints().of(descriptor);
    Transfer transfer = new Transfer(symbol.symbol(), pieces, storage, offsetBytes);
    Stands.transfer(session, transfer);
    return transfer;
  }

  /**
   * Decodes a call that moves bytes between two descriptors. The offsets are pointers, or null for
   * the position of the file.
   */
  private Call move(NativeSymbol symbol, NativeArguments words) {
    boolean sends = symbol == NativeSymbol.SENDFILE;
    FileMove.Place source = sends ? place(words.b(), words.c()) : place(words.a(), words.b());
    FileMove.Place target = sends ? place(words.a(), 0) : place(words.c(), words.d());
    long lengthBytes = sends ? words.d() : words.e();
    return source.file().isStorage() || target.file().isStorage()
        ? new FileTransferCall(recorder, new FileMove(symbol.symbol(), source, target, lengthBytes))
        : other(symbol, words);
  }

  private static FileMove.Place place(long descriptor, long offsetPointer) {
    return new FileMove.Place(descriptor(descriptor), offset(offsetPointer));
  }

  private static long offset(long pointer) {
    return word(pointer, -1);
  }

  /** Returns what a pointer points to; {@code otherwise} if the pointer is null or wrong. */
  private static long word(long pointer, long otherwise) {
    ByteBuffer word = ProcessMemory.read(pointer, pointer == 0 ? 0 : Long.BYTES);
    return word.remaining() < Long.BYTES ? otherwise : word.getLong();
  }

  private static FileState descriptor(long number) {
    return FileState.ofDescriptor((int) number);
  }

  private static Path path(long name) {
    return path(AT_FDCWD, name);
  }

  private static Path path(long directory, long name) {
    return FileState.resolve((int) directory, ProcessMemory.path(name));
  }

  /** Rounds a length up to whole pages, as munmap(2) and mremap(2) do. */
  private static long wholePages(long lengthBytes) {
    long page = JdkInternals.pageBytes();
    return (lengthBytes + page - 1) / page * page;
  }
}
