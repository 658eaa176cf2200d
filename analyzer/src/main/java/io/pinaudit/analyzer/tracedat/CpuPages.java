package io.pinaudit.analyzer.tracedat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;

/**
 * Reads the pages of one CPU from a trace.dat, one by one or from compressed pieces of several
 * pages.
 */
final class CpuPages implements PageSource {
  private final Bytes in;
  private final TraceDat.CpuData data;
  private final long end;
  private Bytes piece;
  private long pieces;

  CpuPages(FileChannel file, TraceDat.CpuData data) throws IOException {
    this.data = data;
    this.in = Bytes.of(file, data.offset());
    this.end = data.offset() + Math.min(data.sizeBytes(), in.left());
    boolean packed = data.compression() != Compression.NONE && data.sizeBytes() > 0;
    this.pieces = packed ? in.u32() : 0;
  }

  @Override
  public ByteBuffer next() throws IOException {
    if (data.compression() == Compression.NONE) {
      return page(in, end - in.at());
    }
    while ((piece == null || piece.left() == 0) && pieces > 0) {
      pieces--;
      piece = Bytes.of(data.compression().unpack(in));
    }
    return piece == null ? null : page(piece, piece.left());
  }

  private ByteBuffer page(Bytes from, long left) throws IOException {
    long count = Math.min(left, data.pageBytes());
    return count < PageLayout.USUAL.dataOffset()
        ? null
        : from.take(count).order(ByteOrder.LITTLE_ENDIAN);
  }
}
