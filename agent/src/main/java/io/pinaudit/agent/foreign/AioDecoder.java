package io.pinaudit.agent.foreign;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.call.Submission;
import io.pinaudit.agent.call.Target;
import io.pinaudit.agent.call.TransferCall;
import io.pinaudit.agent.call.TransferRequest;
import io.pinaudit.agent.jdk.NativeArguments;
import io.pinaudit.agent.jdk.ProcessMemory;
import io.pinaudit.agent.state.Requests;
import io.pinaudit.agent.state.Session;
import io.pinaudit.agent.state.UserMemory;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Decodes calls of kernel AIO: the requests that io_submit(2) submits, and the completions that
 * io_getevents(2) returns.
 */
final class AioDecoder {
  private static final int IOCB_BYTES = 64; // struct iocb, linux/aio_abi.h
  private static final int IOCB_OPCODE = 16; // aio_lio_opcode
  private static final int IOCB_FD = 20; // aio_fildes
  private static final int IOCB_BUFFER = 24; // aio_buf
  private static final int IOCB_LENGTH = 32; // aio_nbytes
  private static final int IOCB_OFFSET = 40; // aio_offset
  private static final int EVENT_BYTES = 32; // struct io_event: data, obj, res, res2
  private static final int MAX_ENTRIES = 1 << 16;
  private static final int PREAD = 0; // IOCB_CMD_PREAD
  private static final int PWRITE = 1;
  private static final int PREADV = 7;
  private static final int PWRITEV = 8;

  private final Session session;

  AioDecoder(Session session) {
    this.session = session;
  }

  /** Decodes {@code io_submit(ctx, nr, iocbpp)}. */
  Call submit(NativeArguments words, Call rest) {
    if (!TransferCall.wanted(session) || words.b() <= 0 || words.b() > MAX_ENTRIES) {
      return rest;
    }
    List<Submission> submissions = new ArrayList<>();
    ByteBuffer pointers = ProcessMemory.read(words.c(), (int) words.b() * Long.BYTES);
    boolean alone = words.b() == 1;
    while (pointers.remaining() >= Long.BYTES) {
      submissions.add(submission(words.a(), pointers.getLong(), alone));
    }
    return new SubmitCall(session, submissions, rest);
  }

  private Submission submission(long context, long address, boolean alone) {
    ByteBuffer block = ProcessMemory.read(address, IOCB_BYTES);
    if (block.remaining() < IOCB_BYTES) {
      return Submission.none();
    }
    int code = block.getShort(IOCB_OPCODE);
    if (code != PREAD && code != PWRITE && code != PREADV && code != PWRITEV) {
      return Submission.none();
    }
    boolean vector = code == PREADV || code == PWRITEV;
    UserMemory memory =
        new UserMemory(block.getLong(IOCB_BUFFER), block.getLong(IOCB_LENGTH), vector);
    String operation = code == PREAD || code == PREADV ? "io_submit pread" : "io_submit pwrite";
    return Submission.of(
        session,
        new Requests.Key(context, address),
        new TransferRequest(
            operation, Target.of(block.getInt(IOCB_FD)), memory, block.getLong(IOCB_OFFSET)),
        alone);
  }

  /** Decodes {@code io_getevents(ctx, min_nr, nr, events, timeout)}. */
  Call reap(NativeArguments words, Call rest) {
    return session.requests().isEmpty() ? rest : new ReapCall(session, words.a(), words.d(), rest);
  }

  /** Decodes {@code io_destroy(ctx)}, which waits for the requests under way. */
  Call destroy(NativeArguments words, Call rest) {
    return session.requests().isEmpty() ? rest : new ReapCall(session, words.a(), 0, rest);
  }

  private static final class SubmitCall extends Call {
    private final Session session;
    private final List<Submission> submissions;
    private final Call rest;

    SubmitCall(Session session, List<Submission> submissions, Call rest) {
      this.session = session;
      this.submissions = submissions;
      this.rest = rest;
    }

    @Override
    public void end(long result, String error) {
      Submission.end(session, submissions, error == null ? result : 0, this);
      finish(this, rest, result, error);
    }
  }

  /** Completions are being fetched, or, without a place for them, all waited for. */
  private static final class ReapCall extends Call {
    private final Session session;
    private final long context;
    private final long eventsAddress;
    private final Call rest;

    ReapCall(Session session, long context, long eventsAddress, Call rest) {
      this.session = session;
      this.context = context;
      this.eventsAddress = eventsAddress;
      this.rest = rest;
    }

    @Override
    public void end(long result, String error) {
      finish(this, rest, result, error);
      if (error != null) {
        return;
      }
      if (eventsAddress == 0) {
        for (long id : session.requests().endAll(context)) {
          session.recorder().ended(id, 0, this, "io_destroy");
        }
        return;
      }
      int count = (int) Math.max(0, Math.min(result, MAX_ENTRIES));
      ByteBuffer events = ProcessMemory.read(eventsAddress, count * EVENT_BYTES);
      while (events.remaining() >= EVENT_BYTES) {
        events.getLong(); // data
        long block = events.getLong();
        long outcome = events.getLong();
        events.getLong(); // res2
        long id = session.requests().end(new Requests.Key(context, block));
        if (id != 0) {
          session.recorder().ended(id, outcome, this, "io_getevents");
        }
      }
    }
  }

  private static void finish(Call whole, Call rest, long result, String error) {
    if (rest != null) {
      rest.stopWith(whole);
      rest.end(result, error);
    }
  }
}
