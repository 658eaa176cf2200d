package io.pinaudit.benchmarks;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.PooledByteBufAllocator;
import io.pinaudit.allocator.Extent;
import io.pinaudit.allocator.ExtentPool;
import io.pinaudit.allocator.Pin;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * Where a cache of pages has its memory from: each page is filled by one direct read, looked at
 * while it cannot be taken away, and given back when it is evicted.
 *
 * @param <P> a page's memory
 */
interface PageBuffers<P> {
  /** Fills a buffer of one page. */
  interface Source {
    void read(ByteBuffer into) throws IOException;
  }

  /** Memory of one page, filled. */
  P load(Source source) throws IOException;

  /** A word of it, held meanwhile. */
  long look(P page, int offset);

  /** Gives it back. */
  void evict(P page);

  /** Extents of a pool, each read and each look under a pin of its own. */
  record OfPool(ExtentPool pool, int pageBytes) implements PageBuffers<Extent> {
    @Override
    public Extent load(Source source) throws IOException {
      Extent page = pool.allocate(pageBytes);
      try (Pin pin = page.pin("page load")) {
        source.read(pin.buffer());
      }
      return page;
    }

    @Override
    public long look(Extent page, int offset) {
      try (Pin pin = page.pin("page look")) {
        return pin.segment().get(ValueLayout.JAVA_LONG, offset);
      }
    }

    @Override
    public void evict(Extent page) {
      page.free();
    }
  }

  /** A shared arena for each page, which is closed with it. */
  record OfArenas(int pageBytes) implements PageBuffers<OfArenas.Page> {
    record Page(Arena arena, MemorySegment memory) {}

    @Override
    public Page load(Source source) throws IOException {
      Arena arena = Arena.ofShared();
      Page page = new Page(arena, arena.allocate(pageBytes, 4096));
      source.read(page.memory.asByteBuffer());
      return page;
    }

    @Override
    public long look(Page page, int offset) {
      return page.memory.get(ValueLayout.JAVA_LONG, offset);
    }

    @Override
    public void evict(Page page) {
      page.arena.close();
    }
  }

  /** Netty's pooled direct buffers, whose handles are recycled; counted at each look. */
  record OfNetty(PooledByteBufAllocator netty, int pageBytes) implements PageBuffers<ByteBuf> {
    @Override
    public ByteBuf load(Source source) throws IOException {
      ByteBuf page = netty.directBuffer(pageBytes, pageBytes);
      page.retain();
      try {
        source.read(page.internalNioBuffer(0, pageBytes));
      } finally {
        page.release();
      }
      return page;
    }

    @Override
    public long look(ByteBuf page, int offset) {
      page.retain();
      try {
        return page.getLongLE(offset);
      } finally {
        page.release();
      }
    }

    @Override
    public void evict(ByteBuf page) {
      page.release();
    }
  }
}
