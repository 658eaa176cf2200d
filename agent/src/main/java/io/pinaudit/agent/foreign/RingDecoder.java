package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Refusal;
import io.pinaudit.agent.call.DeallocateCall;
import io.pinaudit.agent.call.PinCall;
import io.pinaudit.agent.call.PinRequest;
import io.pinaudit.agent.call.RegisterFilesCall;
import io.pinaudit.agent.call.RingDeallocateCall;
import io.pinaudit.agent.call.RingSizeCall;
import io.pinaudit.agent.call.RingSubmitCall;
import io.pinaudit.agent.call.SetSizeCall;
import io.pinaudit.agent.call.Submission;
import io.pinaudit.agent.call.Target;
import io.pinaudit.agent.call.TransferRequest;
import io.pinaudit.agent.call.TwoCalls;
import io.pinaudit.agent.call.UnpinCall;
import io.pinaudit.agent.call.UnresolvedCall;
import io.pinaudit.agent.jdk.NativeArguments;
import io.pinaudit.agent.jdk.ProcessMemory;
import io.pinaudit.agent.stand.RingOperation;
import io.pinaudit.agent.state.BufferGroup;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Endpoint;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.NativeSymbol;
import io.pinaudit.agent.state.Requests;
import io.pinaudit.agent.state.Ring;
import io.pinaudit.agent.state.RingEntry;
import io.pinaudit.agent.state.Session;
import io.pinaudit.agent.state.UserMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Finds out what a call about an io_uring is going to do, and makes events of the entries that the
 * call submits.
 */
final class RingDecoder {
  private static final int ENTER_REGISTERED_RING = 1 << 4; // IORING_ENTER_REGISTERED_RING
  private static final int REGISTER_BUFFERS = 0; // enum io_uring_register_op
  private static final int UNREGISTER_BUFFERS = 1;
  private static final int REGISTER_FILES = 2;
  private static final int UNREGISTER_FILES = 3;
  private static final int REGISTER_FILES_UPDATE = 6;
  private static final int REGISTER_FILES2 = 13;
  private static final int REGISTER_FILES_UPDATE2 = 14;
  private static final int REGISTER_BUFFERS2 = 15;
  private static final int REGISTER_PBUF_RING = 22;
  private static final int UPDATE_BYTES = 16; // struct io_uring_files_update
  private static final int UPDATE_OFFSET = 0;
  private static final int UPDATE_FDS = 8;
  private static final int UPDATE2_BYTES = 32; // struct io_uring_rsrc_update2, begins alike
  private static final int UPDATE2_COUNT = 24; // its nr
  private static final int BUFFER_RING_BYTES = 40; // struct io_uring_buf_reg
  private static final int BUFFER_RING_ADDRESS = 0;
  private static final int BUFFER_RING_ENTRIES = 8;
  private static final int BUFFER_RING_GROUP = 12;
  private static final int SKIP = -2; // IORING_REGISTER_FILES_SKIP
  private static final String REGISTERED_FILE = "registered file";
  private static final String BUFFER_GROUP = "buffer group";
  private static final int MESSAGE_BYTES = 56; // struct msghdr of 64-bit systems
  private static final int MESSAGE_RANGES = 16; // its msg_iov
  private static final int MESSAGE_COUNT = 24; // its msg_iovlen
  private static final int RESOURCES_BYTES = 32; // struct io_uring_rsrc_register
  private static final int RESOURCES_COUNT = 0; // its nr
  private static final int RESOURCES_DATA = 16; // its data
  private static final int MAX_FILES = 1 << 15; // IORING_MAX_FIXED_FILES

  private final Session session;
  private final NativeDecoder calls;

  RingDecoder(Session session, NativeDecoder calls) {
    this.session = session;
    this.calls = calls;
  }

  /** Decodes io_uring_enter(2): {@code (fd, to_submit, min_complete, flags)}. */
  Call enter(NativeArguments words, Call rest) throws Throwable {
    Ring ring =
        (words.d() & ENTER_REGISTERED_RING) != 0 ? null : session.rings().of((int) words.a());
    return submit(ring, words.b() & 0xffffffffL, rest);
  }

  /** Decodes a function of liburing that submits all that is pending. */
  Call submitAll(long structAddress, Call rest) throws Throwable {
    return submit(session.rings().ofStruct(structAddress), Long.MAX_VALUE, rest);
  }

  /** Decodes a function of liburing that only looks for completions. */
  Call reap(long structAddress, Call rest) throws Throwable {
    return submit(session.rings().ofStruct(structAddress), 0, rest);
  }

  private Call submit(Ring ring, long limit, Call rest) throws Throwable {
    if (ring == null || !session.watches()) {
      return rest;
    }
    long polled = ring.layout().polled() ? Long.MAX_VALUE : limit;
    List<Submission> submissions = new ArrayList<>();
    List<RingEntry> entries = ring.pending(polled);
    try {
      for (int i = 0; i < entries.size(); i++) {
        RingEntry entry = entries.get(i);
        noteSilent(ring, entries, i);
        submissions.add(submission(ring, entry, entries.size() == 1));
      }
    } catch (Refusal refusal) {
      // The whole call is refused.
      submissions.forEach(begun -> begun.withdraw(session));
      throw refusal;
    }
    return new RingSubmitCall(session, ring, submissions, rest);
  }

  /**
   * Notes which completion tells that a request is complete which has none of its own: that of the
   * next one that is linked to it and has one.
   */
  private static void noteSilent(Ring ring, List<RingEntry> entries, int index) {
    RingEntry entry = entries.get(index);
    for (int i = index;
        entry.isSilent() && i + 1 < entries.size() && entries.get(i).isLinked();
        i++) {
      RingEntry next = entries.get(i + 1);
      if (!next.isSilent()) {
        ring.isSilent(entry.userData(), next.userData());
        return;
      }
    }
  }

  private Submission submission(Ring ring, RingEntry entry, boolean alone) throws Throwable {
    long fd = entry.descriptor();
    long address = entry.address();
    return switch (entry.operation()) {
      case READ, WRITE ->
          transfer(ring, entry, UserMemory.range(address, entry.length() & 0xffffffffL), alone);
      case READV, WRITEV ->
          transfer(ring, entry, UserMemory.vector(address, entry.length() & 0xffffffffL), alone);
      case RECVMSG, SENDMSG -> transfer(ring, entry, message(address), alone);
      case FALLOCATE -> fallocate(ring, entry);
      case FTRUNCATE -> truncate(ring, entry);
      case CLOSE -> close(ring, entry);
      case OPENAT -> opened(ring, entry, NativeSymbol.OPENAT, entry.flags());
      case OPENAT2 -> opened(ring, entry, NativeSymbol.OPENAT2, entry.offset());
      case MADVISE -> other(NativeSymbol.MADVISE, address, entry.length(), entry.flags());
      case UNLINKAT -> other(NativeSymbol.UNLINKAT, fd, address, entry.flags());
      case RENAMEAT -> other(NativeSymbol.RENAMEAT, fd, address, entry.length(), entry.offset());
      case PROVIDE_BUFFERS -> {
        // Their number is where others have a descriptor.
        ring.provide(
            entry.bufferGroup(), BufferGroup.of(address, fd * (entry.length() & 0xffffffffL)));
        yield Submission.none();
      }
      case FILES_UPDATE -> update(ring, entry);
      case OTHER -> Submission.none();
    };
  }

  /**
   * Decodes a request that registers files in place of others. A request of the same call may come
   * before or after it: what the indices stand for is not known until the call has returned.
   */
  private Submission update(Ring ring, RingEntry entry) {
    long from = entry.offset();
    long count = entry.length() & 0xffffffffL;
    if (from < 0 || from > MAX_FILES || count > MAX_FILES) {
      // The kernel is to choose the indices, or refuses.
      return Submission.none();
    }
    Call registers = registerFiles(ring, new FileList((int) from, entry.address(), count), null);
    for (long index = from; index < from + count; index++) {
      forget(ring, (int) index + 1);
    }
    return Submission.of(registers);
  }

  private Submission truncate(Ring ring, RingEntry entry) {
    if (!SetSizeCall.wanted(session)) {
      return Submission.none();
    }
    FileState file = file(ring, entry);
    if (file == null) {
      return unknownFile(ring, entry, "io_uring ftruncate");
    }
    Ring.Cut cut = new Ring.Cut(RingOperation.FTRUNCATE, entry.userData(), file, entry.offset());
    return Submission.of(new RingSizeCall(session, ring, cut));
  }

  /**
   * Decodes a request for fallocate(2), which has the length in the field of the address, and the
   * mode in the field of the length.
   */
  private Submission fallocate(Ring ring, RingEntry entry) {
    if (!DeallocateCall.wanted(session)) {
      return Submission.none();
    }
    FileState file = file(ring, entry);
    if (file == null) {
      return unknownFile(ring, entry, "io_uring fallocate");
    }
    Mapping range = new Mapping(0, entry.address(), entry.offset(), file);
    Requests.Key key = new Requests.Key(ring, entry.userData());
    return Submission.of(new RingDeallocateCall(session, key, range, entry.length()));
  }

  /**
   * Returns the file of an entry as it is now; null if it is a registered file that is not known.
   */
  private static FileState file(Ring ring, RingEntry entry) {
    if (!entry.hasRegisteredFile()) {
      return FileState.ofDescriptor(entry.descriptor());
    }
    Endpoint endpoint = ring.file(entry.descriptor());
    return endpoint == null ? null : endpoint.file().now();
  }

  private Submission unknownFile(Ring ring, RingEntry entry, String operation) {
    return unknown(ring, operation, REGISTERED_FILE, entry.descriptor());
  }

  private Submission unknown(Ring ring, String operation, String kind, int number) {
    var unknown = new UnresolvedCall.Unknown(ring.layout().descriptor(), kind, number);
    return Submission.of(UnresolvedCall.of(session.recorder(), operation, unknown));
  }

  /** Decodes a request for close(2). A registered file only gives up its index. */
  private Submission close(Ring ring, RingEntry entry) throws Throwable {
    if (entry.fileIndex() > 0) {
      forget(ring, entry.fileIndex());
      return Submission.none();
    }
    return other(NativeSymbol.CLOSE, entry.descriptor());
  }

  /**
   * Decodes the opening of a file. It may be opened as a registered one, which is not known then.
   */
  private Submission opened(Ring ring, RingEntry entry, NativeSymbol symbol, long flagsOrHow)
      throws Throwable {
    if (entry.fileIndex() > 0) {
      forget(ring, entry.fileIndex());
    }
    return other(symbol, entry.descriptor(), entry.address(), flagsOrHow);
  }

  private static void forget(Ring ring, int fileIndex) {
    if (ring.file(fileIndex - 1) != null) {
      ring.forget(fileIndex - 1);
    }
  }

  private Submission other(NativeSymbol symbol, long... words) throws Throwable {
    return Submission.of(calls.enter(symbol, NativeArguments.of(words)));
  }

  /** Reads the ranges of a {@code struct msghdr}. */
  private static UserMemory message(long address) {
    ByteBuffer message = ProcessMemory.read(address, MESSAGE_BYTES);
    return message.remaining() < MESSAGE_BYTES
        ? UserMemory.range(0, 0)
        : UserMemory.vector(message.getLong(MESSAGE_RANGES), message.getLong(MESSAGE_COUNT));
  }

  private Submission transfer(Ring ring, RingEntry entry, UserMemory memory, boolean alone) {
    String operation = "io_uring " + entry.operation().name().toLowerCase(Locale.ROOT);
    if (entry.takesProvidedBuffer()) {
      return provided(ring, entry.bufferGroup(), operation);
    }
    Requests.Key key = new Requests.Key(ring, entry.userData());
    TransferRequest request =
        new TransferRequest(operation, target(ring, entry), memory, entry.offset());
    return Submission.of(session, key, request, alone);
  }

  private static Target target(Ring ring, RingEntry entry) {
    if (!entry.hasRegisteredFile()) {
      return Target.of(entry.descriptor());
    }
    Endpoint file = ring.file(entry.descriptor());
    return new Target(-1, file == null ? Endpoint.UNKNOWN : file);
  }

  /** Decodes a request that takes a buffer from a group: nobody knows which one. */
  private Submission provided(Ring ring, int group, String operation) {
    BufferGroup known = ring.group(group);
    boolean isTold =
        known == null ? ring.isFirstOfUnknown(group) : known.isMapped(session.mappings());
    return isTold ? unknown(ring, operation, BUFFER_GROUP, group) : Submission.none();
  }

  /** Decodes io_uring_register(2): {@code (fd, opcode, arg, nr_args)}. */
  Call register(NativeArguments words, Call rest) {
    int fd = (int) words.a();
    long count = words.d() & 0xffffffffL;
    Ring ring = session.rings().registering(fd);
    return switch ((int) words.b()) {
      case REGISTER_BUFFERS -> registerBuffers(fd, words.c(), count, rest);
      case REGISTER_BUFFERS2 -> registerBuffers(fd, words.c(), rest);
      case UNREGISTER_BUFFERS -> TwoCalls.of(unregisterBuffers(fd), rest);
      case REGISTER_FILES -> registerFiles(ring, new FileList(0, words.c(), count), rest);
      case UNREGISTER_FILES -> registerFiles(ring, FileList.NONE, rest);
      case REGISTER_FILES_UPDATE -> registerFiles(ring, FileList.update(words.c(), count), rest);
      case REGISTER_FILES2 -> registerFiles(ring, FileList.resources(words.c()), rest);
      case REGISTER_FILES_UPDATE2 -> registerFiles(ring, FileList.update2(words.c()), rest);
      case REGISTER_PBUF_RING -> {
        if (ring != null) {
          registerBufferRing(ring, words.c());
        }
        yield rest;
      }
      default -> rest;
    };
  }

  /** Descriptors that a call registers, from some index on. */
  record FileList(int from, long address, long count) {
    static final FileList NONE = new FileList(0, 0, 0);

    /** Reads a {@code struct io_uring_files_update}. */
    private static FileList update(long address, long count) {
      ByteBuffer update = ProcessMemory.read(address, UPDATE_BYTES);
      return update.remaining() < UPDATE_BYTES
          ? NONE
          : new FileList(update.getInt(UPDATE_OFFSET), update.getLong(UPDATE_FDS), count);
    }

    /** Reads a {@code struct io_uring_rsrc_update2}. */
    private static FileList update2(long address) {
      ByteBuffer update = ProcessMemory.read(address, UPDATE2_BYTES);
      return update.remaining() < UPDATE2_BYTES
          ? NONE
          : update(address, update.getInt(UPDATE2_COUNT) & 0xffffffffL);
    }

    /** Reads a {@code struct io_uring_rsrc_register}. */
    private static FileList resources(long address) {
      ByteBuffer register = ProcessMemory.read(address, RESOURCES_BYTES);
      return register.remaining() < RESOURCES_BYTES
          ? NONE
          : new FileList(
              0, register.getLong(RESOURCES_DATA), register.getInt(RESOURCES_COUNT) & 0xffffffffL);
    }
  }

  /** Decodes the registration of files. An empty list from 0 on ends it. */
  Call registerFiles(Ring ring, FileList list, Call rest) {
    if (ring == null || list.count > MAX_FILES || list.from < 0 || list.from > MAX_FILES) {
      return rest;
    }
    Endpoint[] files = new Endpoint[(int) list.count];
    ByteBuffer numbers =
        ProcessMemory.read(list.address, list.address == 0 ? 0 : files.length * Integer.BYTES);
    for (int i = 0; i < files.length && numbers.remaining() >= Integer.BYTES; i++) {
      int descriptor = numbers.getInt();
      if (descriptor == SKIP) {
        files[i] = ring.file(list.from + i);
      } else if (descriptor >= 0) {
        files[i] = session.endpoints().of(descriptor);
      }
    }
    return new RegisterFilesCall(rest, ring, list.from, files);
  }

  private static void registerBufferRing(Ring ring, long address) {
    ByteBuffer register = ProcessMemory.read(address, BUFFER_RING_BYTES);
    if (register.remaining() == BUFFER_RING_BYTES && register.getLong(BUFFER_RING_ADDRESS) != 0) {
      ring.provide(
          register.getShort(BUFFER_RING_GROUP) & 0xffff,
          BufferGroup.ofRing(
              register.getLong(BUFFER_RING_ADDRESS), register.getInt(BUFFER_RING_ENTRIES)));
    }
  }

  private Call registerBuffers(int fd, long resources, Call rest) {
    ByteBuffer register = ProcessMemory.read(resources, RESOURCES_BYTES);
    return register.remaining() < RESOURCES_BYTES
        ? rest
        : registerBuffers(
            fd,
            register.getLong(RESOURCES_DATA),
            register.getInt(RESOURCES_COUNT) & 0xffffffffL,
            rest);
  }

  /** Buffers are registered with a ring: long-term pins of what lies in mappings. */
  Call registerBuffers(int fd, long vector, long count, Call rest) {
    List<BufferPiece> pieces = UserMemory.vector(vector, count).mappedPieces(session.mappings());
    return pieces.isEmpty()
        ? rest
        : TwoCalls.of(
            new PinCall(
                session,
                pieces,
                new PinRequest(
                    NativeSymbol.IO_URING_REGISTER.symbol(),
                    true,
                    "io_uring:[" + fd + "]",
                    new RingBuffers(fd))),
            rest);
  }

  /** Returns the call that gives the buffers of a ring back, by itself or with the ring. */
  Call unregisterBuffers(int fd) {
    RingBuffers key = new RingBuffers(fd);
    return session.pins().holds(key)
        ? new UnpinCall(session, NativeSymbol.IO_URING_REGISTER.symbol(), key)
        : null;
  }

  /** The key of the pins of a ring. */
  private record RingBuffers(int descriptor) {
    @Override
    public boolean equals(Object other) {
      return other instanceof RingBuffers buffers && descriptor == buffers.descriptor;
    }

    @Override
    public int hashCode() {
      return Integer.hashCode(descriptor);
    }
  }
}
