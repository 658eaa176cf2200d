package io.pinaudit.agent;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.boot.Hook;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;

/** {@code RandomAccessFile.setLength(long)}. */
final class SetLengthHook implements Hook {
  private final Recorder recorder;

  SetLengthHook(Recorder recorder) {
    this.recorder = recorder;
  }

  @Override
  public Call enter(Object file, Object none, long lengthBytes, long b, long c, long d) {
    if (!SetSizeCall.recorded(recorder)) {
      return null;
    }
    try {
      int fd = JdkInternals.number(((RandomAccessFile) file).getFD());
      return new SetSizeCall(
          recorder, "RandomAccessFile.setLength", FileState.ofDescriptor(fd), lengthBytes);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
