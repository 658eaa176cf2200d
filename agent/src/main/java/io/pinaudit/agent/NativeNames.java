package io.pinaudit.agent;

import java.nio.file.Path;

/** Names of files as the native dispatcher of java.nio.file passes them. */
final class NativeNames {
  private NativeNames() {}

  /**
   * @param name the bytes of the name, relative to an open directory
   */
  static Path resolve(long directory, Object name) {
    byte[] bytes = (byte[]) name;
    return FileState.resolve((int) directory, ProcessMemory.decode(bytes, bytes.length));
  }
}
