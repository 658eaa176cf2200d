package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.LineSource;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.run.KeptPart;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * The lines of a large ftrace text, without most lines whose events nobody needs. All processors
 * scan blocks of the file as bytes ahead of the reader, because often less than a hundredth of a
 * trace is needed.
 *
 * <p>Lines and their numbers are those of {@code TextFile}; a line of more than {@value
 * #LONGEST_LINE_BYTES} bytes is cut. Memory does not grow with the file. One thread reads.
 */
public final class ScannedText implements LineSource {
  private static final int LONGEST_LINE_BYTES = 1 << 16;

  /** A number of bytes behind a block, in which the block's last line most likely ends. */
  private static final int LIKELY_LINE_BYTES = 1 << 11;

  private static final int BLOCK_BYTES = 1 << 19;

  /**
   * The number of bytes of the first block, from which the reader learns which events to leave out.
   */
  private static final int FIRST_BYTES = 1 << 16;

  private static final byte[] UTF8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final String name;
  private final FileChannel channel;
  private final long start;
  private final long size;
  private final Set<String> leftOut;
  private final int firstBytes;
  private final int blockBytes;
  private final Map<String, Long> counts = new HashMap<>();
  private final Queue<Future<Block>> ahead = new ArrayDeque<>();
  private final Queue<byte[]> buffers = new ConcurrentLinkedQueue<>();
  private ExecutorService workers; // null before the second block
  private final UsualLine usual = new UsualLine();
  private long position;
  private long linesBefore;
  private Block block;
  private int index;

  /** A part of the file that was scanned, with the names that were left out of it. */
  private record Block(LineScanner lines, EventNames leftOut) {}

  /**
   * Opens a file, which must not be a pipe.
   *
   * @param leftOut names of events that need not be returned; may grow at any time, and must be
   *     safe to be read by several threads
   */
  public ScannedText(Path file, Set<String> leftOut) throws IOException {
    this(file, leftOut, FIRST_BYTES, BLOCK_BYTES);
  }

  ScannedText(Path file, Set<String> leftOut, int firstBytes, int blockBytes) throws IOException {
    this.firstBytes = firstBytes;
    this.blockBytes = blockBytes;
    this.name = file.getFileName().toString();
    this.channel = FileChannel.open(file);
    this.start = KeptPart.begin(channel);
    this.size = channel.size();
    this.leftOut = leftOut;
  }

  @Override
  public String next() throws IOException {
    index++;
    while (block == null || index == block.lines().keptLines()) {
      if (!advance()) {
        return null;
      }
    }
    return block.lines().text(index, LONGEST_LINE_BYTES);
  }

  /**
   * Returns the next line if its columns are the usual ones; null if {@link #next} has to return
   * the line, or there is none.
   */
  UsualLine nextUsual() {
    if (block == null
        || index + 1 >= block.lines().keptLines()
        || !block.lines().look(index + 1, usual)) {
      return null;
    }
    index++;
    return usual;
  }

  private boolean advance() throws IOException {
    if (block == null) {
      block = scan(start, firstBytes);
      position = start + firstBytes;
    } else {
      Block done = block;
      Block next = take();
      if (next == null) {
        index--;
        return false;
      }
      linesBefore += done.lines().lines();
      buffers.add(done.lines().bytes());
      block = next;
    }
    block.leftOut().counts().forEach((event, count) -> counts.merge(event, count, Long::sum));
    index = 0;
    return true;
  }

  /** Returns the next block and lets those after it be scanned meanwhile; null after the last. */
  private Block take() throws IOException {
    if (workers == null && position < size && size - position <= blockBytes) {
      // The reader would do nothing but wait: threads are for longer files.
      long from = position;
      position = size;
      return scan(from, blockBytes);
    }
    int processors = Runtime.getRuntime().availableProcessors();
    while (position < size && ahead.size() <= processors) {
      long from = position;
      position += blockBytes;
      workers = workers == null ? newWorkers(processors) : workers;
      ahead.add(workers.submit(() -> scan(from, blockBytes)));
    }
    if (ahead.isEmpty()) {
      return null;
    }
    try {
      return ahead.remove().get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException cause ? cause : new IOException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException(name + ": interrupted");
    }
  }

  private static ExecutorService newWorkers(int count) {
    return Executors.newFixedThreadPool(
        count, Thread.ofPlatform().daemon().name("pinaudit-scan-", 0).factory());
  }

  /** Scans the lines that begin in a part of the file. */
  private Block scan(long from, int length) throws IOException {
    // The byte before the part shows whether a line begins with the part; the last line may be
    // longer than the part.
    long readFrom = Math.max(0, from - 1);
    int likely = 1 + length + LIKELY_LINE_BYTES;
    byte[] bytes = buffer(1 + length + LONGEST_LINE_BYTES + LineScanner.SLACK_BYTES);
    int filled = read(bytes, 0, likely, readFrom);
    int partEnd = (int) Math.min(filled, from - readFrom + length);
    int start = from == 0 ? mark(bytes, filled) : afterNewline(bytes, 0, partEnd);
    int end = start >= partEnd ? start : afterNewline(bytes, partEnd - 1, filled);
    if (end == likely && bytes[end - 1] != '\n') {
      filled = read(bytes, filled, bytes.length - LineScanner.SLACK_BYTES, readFrom);
      end = afterNewline(bytes, end, filled);
    }
    EventNames names = new EventNames(leftOut);
    return new Block(new LineScanner(bytes, start, end, names).scan(), names);
  }

  /** Returns the array of a block that was read, or a new one. */
  private byte[] buffer(int size) {
    byte[] used = buffers.poll();
    return used != null && used.length == size ? used : new byte[size];
  }

  private int read(byte[] bytes, int start, int end, long position) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, start, end - start);
    while (buffer.hasRemaining() && channel.read(buffer, position + buffer.position()) > 0) {
      // Reads until the array is full, or the file ends.
    }
    return buffer.position();
  }

  /** Returns the length of a byte order mark of UTF-8 at the beginning; 0 if there is none. */
  private static int mark(byte[] bytes, int filled) {
    int length = Math.min(filled, UTF8_MARK.length);
    return java.util.Arrays.equals(bytes, 0, length, UTF8_MARK, 0, UTF8_MARK.length) ? length : 0;
  }

  private static int afterNewline(byte[] bytes, int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes[at] == '\n') {
        return at + 1;
      }
    }
    return to;
  }

  @Override
  public Source source() {
    return new Source(name, linesBefore + block.lines().number(index) + 1);
  }

  @Override
  public Map<String, Long> takeLeftOut() {
    Map<String, Long> taken = Map.copyOf(counts);
    counts.clear();
    return taken;
  }

  @Override
  public void close() throws IOException {
    if (workers != null) {
      workers.shutdownNow();
    }
    channel.close();
  }
}
