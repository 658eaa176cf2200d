package io.pinaudit.lab.host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class ModuleOrderTest {
  private static final String DEPENDENCIES =
      """
      kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko kernel/fs/mbcache.ko kernel/lib/crc16.ko
      kernel/fs/jbd2/jbd2.ko:
      kernel/fs/mbcache.ko:
      kernel/lib/crc16.ko:
      kernel/fs/9p/9p.ko: kernel/net/9p/9pnet.ko kernel/fs/netfs/netfs.ko
      kernel/net/9p/9pnet.ko: kernel/fs/netfs/netfs.ko
      kernel/fs/netfs/netfs.ko:
      kernel/arch/x86/crypto/crc32c-intel.ko:
      kernel/drivers/char/hw_random/virtio-rng.ko:
      """;

  private static final ModuleOrder ORDER =
      new ModuleOrder(DEPENDENCIES.lines(), List.of("kernel/drivers/dax/dax.ko").stream());

  @Test
  void loadsDependenciesFirst() {
    assertEquals(
        List.of(
            "kernel/fs/jbd2/jbd2.ko",
            "kernel/fs/mbcache.ko",
            "kernel/lib/crc16.ko",
            "kernel/fs/ext4/ext4.ko"),
        ORDER.filesFor(List.of("ext4")));
  }

  @Test
  void loadsDependenciesOfDependenciesBeforeThem() {
    assertEquals(
        List.of("kernel/fs/netfs/netfs.ko", "kernel/net/9p/9pnet.ko", "kernel/fs/9p/9p.ko"),
        ORDER.filesFor(List.of("9p")));
  }

  @Test
  void loadsNothingTwiceAndKeepsTheGivenOrder() {
    assertEquals(
        List.of("kernel/fs/mbcache.ko", "kernel/fs/jbd2/jbd2.ko"),
        ORDER.filesFor(List.of("mbcache", "jbd2", "mbcache")));
  }

  @Test
  void takesDashAndUnderscoreForTheSame() {
    assertTrue(ORDER.knows("virtio_rng"));
    assertEquals(
        List.of("kernel/arch/x86/crypto/crc32c-intel.ko"), ORDER.filesFor(List.of("crc32c_intel")));
  }

  @Test
  void needsNoFileForWhatIsBuiltIn() {
    assertTrue(ORDER.knows("dax"));
    assertEquals(List.of(), ORDER.filesFor(List.of("dax")));
  }

  @Test
  void namesTheModuleThatIsMissing() {
    assertFalse(ORDER.knows("nd_pmem"));
    IllegalArgumentException missing =
        assertThrows(
            IllegalArgumentException.class, () -> ORDER.filesFor(List.of("ext4", "nd_pmem")));
    assertEquals("the kernel has no module 'nd_pmem'", missing.getMessage());
  }
}
