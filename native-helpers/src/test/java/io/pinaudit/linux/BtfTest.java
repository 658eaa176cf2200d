package io.pinaudit.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class BtfTest {
  /**
   * Offsets that no x86-64 kernel has changed in the versions we know; the rest is read from BTF.
   */
  @Test
  void readsTheRunningKernel() throws IOException {
    assumeTrue(Files.isReadable(Path.of("/sys/kernel/btf/vmlinux")), "this kernel has no BTF");
    Btf btf = Btf.ofKernel();
    assertEquals(OptionalLong.of(64), btf.sizeBytes("page"));
    assertEquals(OptionalLong.of(52), btf.offsetBytes("page", "_refcount"));
    assertEquals(OptionalLong.of(0), btf.offsetBytes("pipe_buffer", "page"));
    assertEquals(OptionalLong.of(0), btf.offsetBytes("vm_fault", "vma"), "inside a const struct");
    assertEquals(OptionalLong.of(16), btf.offsetBytes("super_block", "s_dev"));
    assertEquals(OptionalLong.empty(), btf.offsetBytes("page", "no_such_member"));
    assertEquals(OptionalLong.empty(), btf.offsetBytes("no_such_struct", "page"));
    assertEquals(OptionalLong.of(1), btf.constant("PIDTYPE_TGID"));
    assertEquals(OptionalLong.empty(), btf.constant("NO_SUCH_CONSTANT"));
  }

  @Test
  void rejectsOtherFiles() {
    assertThrows(IOException.class, () -> Btf.parse(new byte[0]));
    assertThrows(
        IOException.class,
        () ->
            Btf.parse(
                "an ordinary file, long enough"
                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
  }
}
