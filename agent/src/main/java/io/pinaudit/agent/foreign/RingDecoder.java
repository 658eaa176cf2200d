package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.call.NativeArguments;
import io.pinaudit.agent.call.PinCall;
import io.pinaudit.agent.call.PinRequest;
import io.pinaudit.agent.call.RingSubmitCall;
import io.pinaudit.agent.call.Submission;
import io.pinaudit.agent.call.TransferRequest;
import io.pinaudit.agent.call.TwoCalls;
import io.pinaudit.agent.call.UnpinCall;
import io.pinaudit.agent.jdk.ProcessMemory;
import io.pinaudit.agent.state.BufferPiece;
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

/** What a call about an io_uring is going to do: the entries that it submits become events. */
final class RingDecoder {
  private static final int ENTER_REGISTERED_RING = 1 << 4; // IORING_ENTER_REGISTERED_RING
  private static final int REGISTER_BUFFERS = 0; // enum io_uring_register_op
  private static final int UNREGISTER_BUFFERS = 1;
  private static final int REGISTER_FILES = 2;
  private static final int UNREGISTER_FILES = 3;
  private static final int REGISTER_BUFFERS2 = 15;
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

  /** io_uring_enter(2): {@code (fd, to_submit, min_complete, flags)}. */
  Call enter(NativeArguments words, Call rest) throws Throwable {
    Ring ring =
        (words.d() & ENTER_REGISTERED_RING) != 0 ? null : session.rings().of((int) words.a());
    return submit(ring, words.b() & 0xffffffffL, rest);
  }

  /** A function of liburing that submits all that is pending. */
  Call submitAll(long structAddress, Call rest) throws Throwable {
    return submit(session.rings().ofStruct(structAddress), Long.MAX_VALUE, rest);
  }

  /** A function of liburing that looks for completions only. */
  Call reap(long structAddress, Call rest) throws Throwable {
    return submit(session.rings().ofStruct(structAddress), 0, rest);
  }

  private Call submit(Ring ring, long limit, Call rest) throws Throwable {
    if (ring == null || !session.recorder().started()) {
      return rest;
    }
    long polled = ring.layout().polled() ? Long.MAX_VALUE : limit;
    List<Submission> submissions = new ArrayList<>();
    for (RingEntry entry : ring.pending(polled)) {
      submissions.add(submission(ring, entry));
    }
    return new RingSubmitCall(session, ring, submissions, rest);
  }

  private Submission submission(Ring ring, RingEntry entry) throws Throwable {
    Requests.Key key = new Requests.Key(ring, entry.userData());
    int descriptor = entry.registeredFile() ? ring.file(entry.descriptor()) : entry.descriptor();
    long fd = descriptor;
    long address = entry.address();
    return switch (entry.operation()) {
      case READ, WRITE, READV, WRITEV -> transfer(entry, key, descriptor);
      case FALLOCATE -> other(NativeSymbol.FALLOCATE, fd, entry.length(), entry.offset(), address);
      case FTRUNCATE -> other(NativeSymbol.FTRUNCATE, fd, entry.offset());
      case CLOSE -> other(NativeSymbol.CLOSE, fd);
      case OPENAT -> other(NativeSymbol.OPENAT, fd, address, entry.flags());
      case OPENAT2 -> other(NativeSymbol.OPENAT2, fd, address, entry.offset());
      case MADVISE -> other(NativeSymbol.MADVISE, address, entry.length(), entry.flags());
      case UNLINKAT -> other(NativeSymbol.UNLINKAT, fd, address, entry.flags());
      case RENAMEAT -> other(NativeSymbol.RENAMEAT, fd, address, entry.length(), entry.offset());
      case OTHER -> Submission.none();
    };
  }

  private Submission other(NativeSymbol symbol, long... words) throws Throwable {
    return Submission.of(calls.enter(symbol, NativeArguments.of(words)));
  }

  private Submission transfer(RingEntry entry, Requests.Key key, int descriptor) {
    RingEntry.Operation kind = entry.operation();
    boolean vector = kind == RingEntry.Operation.READV || kind == RingEntry.Operation.WRITEV;
    UserMemory memory = new UserMemory(entry.address(), entry.length() & 0xffffffffL, vector);
    String operation = "io_uring " + kind.name().toLowerCase(Locale.ROOT);
    return Submission.of(
        session, key, new TransferRequest(operation, descriptor, memory, entry.offset()));
  }

  /** io_uring_register(2): {@code (fd, opcode, arg, nr_args)}. */
  Call register(NativeArguments words, Call rest) {
    int fd = (int) words.a();
    long count = words.d() & 0xffffffffL;
    return switch ((int) words.b()) {
      case REGISTER_BUFFERS -> registerBuffers(fd, words.c(), count, rest);
      case REGISTER_BUFFERS2 -> registerBuffers(fd, words.c(), rest);
      case UNREGISTER_BUFFERS -> both(unregisterBuffers(fd), rest);
      case REGISTER_FILES -> {
        registerFiles(fd, words.c(), count);
        yield rest;
      }
      case UNREGISTER_FILES -> {
        registerFiles(fd, 0, 0);
        yield rest;
      }
      default -> rest;
    };
  }

  private void registerFiles(int fd, long address, long count) {
    Ring ring = session.rings().of(fd);
    if (ring != null && count <= MAX_FILES) {
      int[] files = new int[(int) count];
      ByteBuffer numbers = ProcessMemory.read(address, files.length * Integer.BYTES);
      for (int i = 0; i < files.length; i++) {
        files[i] = numbers.remaining() >= Integer.BYTES ? numbers.getInt() : -1;
      }
      ring.register(files);
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
        : both(
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

  /** The buffers of a ring are given back, by a call or with the ring. */
  Call unregisterBuffers(int fd) {
    RingBuffers key = new RingBuffers(fd);
    return session.pins().holds(key)
        ? new UnpinCall(session, NativeSymbol.IO_URING_REGISTER.symbol(), key)
        : null;
  }

  private static Call both(Call first, Call second) {
    return first == null ? second : second == null ? first : new TwoCalls(first, second);
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
