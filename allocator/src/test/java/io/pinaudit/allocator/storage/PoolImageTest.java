package io.pinaudit.allocator.storage;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Logs whose records are whole but cannot be true are refused. */
class PoolImageTest {
  private static final int LOG_AT = 8192;
  private static final int FILE_BYTES = 1 << 20;

  private static PoolImage log(LogRecord... records) throws IOException {
    byte[] file = new byte[FILE_BYTES];
    Medium memory =
        new Medium() {
          @Override
          public void write(long offset, MemorySegment bytes) {
            MemorySegment.copy(bytes, 0, MemorySegment.ofArray(file), offset, bytes.byteSize());
          }

          @Override
          public void force(long offset, long length) {}
        };
    new Superblock(new UUID(1, 2), 3, FILE_BYTES, LOG_AT, 4096, 0, 1).write(memory);
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).position(LOG_AT);
    for (LogRecord record : List.of(records)) {
      record.encode(out, 3, out.position() - LOG_AT);
    }
    return new FileImage(file).read();
  }

  private static LogRecord commit(long id, long offset, long length) {
    return LogRecord.commit(new Durable(id, offset, length, "n" + id), 0);
  }

  private static LogRecord free(long id, long offset) {
    return LogRecord.free(new Durable(id, offset, 0, ""), 0);
  }

  private static void refuses(LogRecord... records) {
    assertThrows(DamagedFileException.class, () -> log(records));
  }

  @Test
  void readsCommitsFreesAndNewNames() throws IOException {
    PoolImage image =
        log(
            commit(1, 65536, 8192),
            commit(2, 73728, 4096),
            free(1, 65536),
            commit(3, 69632, 4096),
            LogRecord.commit(new Durable(3, 69632, 4096, "new name"), 0));
    assertEquals(
        List.of(new Durable(3, 69632, 4096, "new name"), new Durable(2, 73728, 4096, "n2")),
        image.extents());
    assertEquals(4, image.nextExtentId());
  }

  @Test
  void readsWhatBelongsTogetherOnlyIfAllOfItIsThere() throws IOException {
    LogRecord first = commit(1, 65536, 8192);
    LogRecord second = commit(2, 73728, 4096);
    assertEquals(2, log(first.withMore(), second).extents().size());
    assertEquals(0, log(first.withMore()).extents().size());
    assertEquals(1, log(first, second.withMore()).extents().size());
    assertEquals(1, log(first.withMore(), second.withMore(), free(1, 65536)).extents().size());
    // Somebody was told that it is durable.
    refuses(first.withMore(), new LogRecord(LogRecord.Kind.COMMIT, true, 300, 2, 73728, 4096, "x"));
  }

  @Test
  void refusesExtentsThatMeet() {
    refuses(commit(1, 65536, 8192), commit(2, 69632, 4096));
    refuses(commit(1, 69632, 4096), commit(2, 65536, 8192));
    refuses(commit(1, 65536, 8192), commit(2, 65536, 8192));
    refuses(commit(1, LOG_AT, 4096));
    refuses(commit(1, 0, 4096));
  }

  @Test
  void refusesExtentsThatCannotBe() {
    refuses(commit(1, 65536, 100));
    refuses(commit(1, 65537, 4096));
    refuses(commit(1, 65536, 0));
    refuses(commit(1, FILE_BYTES - 4096, 8192));
    refuses(commit(1, Long.MAX_VALUE - 4095, 4096));
  }

  @Test
  void refusesFreesOfWhatThereIsNot() {
    refuses(free(1, 65536));
    refuses(commit(1, 65536, 4096), free(2, 65536));
    refuses(commit(1, 65536, 4096), free(1, 65536), free(1, 65536));
  }

  @Test
  void refusesALengthBeyondTheFile() {
    refuses(LogRecord.length(2 * FILE_BYTES, 0));
  }

  @Test
  void refusesALengthThatWouldCutOffWhatThereIs() throws IOException {
    refuses(commit(1, FILE_BYTES - 8192, 8192), LogRecord.length(FILE_BYTES - 4096, 0));
    refuses(LogRecord.length(LOG_AT, 0));
    assertEquals(
        FILE_BYTES - 4096,
        log(commit(1, FILE_BYTES - 8192, 4096), LogRecord.length(FILE_BYTES - 4096, 0))
            .lengthBytes());
  }

  @Test
  void endsAtWhatAnEarlierLogLeft() throws IOException {
    byte[] file = new byte[64];
    ByteBuffer out = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    commit(1, 65536, 4096).encode(out, 7, 0);
    ByteBuffer in = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals(1, LogRecord.decode(in, 7, 0).orElseThrow().id());
    assertEquals(true, LogRecord.decode(in, 8, 0).isEmpty());
  }
}
