package io.pinaudit.analyzer.tracedat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * The pages of one CPU in a file of their own that a recorder may still append to. Only whole pages
 * are passed on; after the last one there may be more at the next call.
 *
 * <p>A recorder that is to keep only the last pages makes holes of the first ones, which are
 * skipped.
 */
final class GrowingPages implements PageSource {
  private final FileChannel file;
  private final ByteBuffer page;
  private long at;
  private boolean begun;

  GrowingPages(FileChannel file, int pageBytes) {
    this.file = file;
    this.page = ByteBuffer.allocate(pageBytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  @Override
  public ByteBuffer next() throws IOException {
    ByteBuffer next = read();
    while (!begun && next != null && next.getLong(0) == 0 && next.getLong(Long.BYTES) == 0) {
      next = read();
    }
    begun |= next != null;
    return next;
  }

  private ByteBuffer read() throws IOException {
    if (file.size() - at < page.capacity()) {
      return null;
    }
    page.clear();
    while (page.hasRemaining() && file.read(page, at + page.position()) >= 0) {}
    if (page.hasRemaining()) {
      return null;
    }
    at += page.capacity();
    return page.flip();
  }
}
