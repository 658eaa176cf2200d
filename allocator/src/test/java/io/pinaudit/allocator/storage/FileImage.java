package io.pinaudit.allocator.storage;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a pool's file. */
public final class FileImage implements PoolImage.Source {
  private final byte[] bytes;

  public FileImage(byte[] bytes) {
    this.bytes = bytes;
  }

  /** What the file says. */
  public PoolImage read() throws IOException {
    return PoolImage.read(this, "test");
  }

  @Override
  public long length() {
    return bytes.length;
  }

  @Override
  public ByteBuffer read(long offset, long length) {
    return ByteBuffer.wrap(bytes, (int) offset, (int) length).slice();
  }
}
