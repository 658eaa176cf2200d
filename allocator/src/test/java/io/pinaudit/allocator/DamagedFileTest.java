package io.pinaudit.allocator;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.allocator.storage.FileImage;
import io.pinaudit.allocator.storage.FreeMap;
import io.pinaudit.allocator.storage.LogRecord;
import io.pinaudit.allocator.storage.PoolImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is not a whole pool is refused, and its bytes stay as they are. */
class DamagedFileTest {
  @TempDir Path folder;

  private Path path() {
    return folder.resolve("pool");
  }

  private String refusal(byte[] content) throws IOException {
    Files.write(path(), content);
    CorruptPoolException e =
        assertThrows(
            CorruptPoolException.class,
            () -> ExtentPool.open(path(), PoolOptions.ofLength(1 << 20)).close());
    assertArrayEquals(content, Files.readAllBytes(path()), "the file was touched");
    assertTrue(e.getMessage().startsWith(path().toString()), e::getMessage);
    return e.getMessage();
  }

  /** A closed pool with a few extents. */
  private byte[] pool() throws IOException {
    try (ExtentPool pool = ExtentPool.open(path(), PoolOptions.ofLength(256 << 10))) {
      for (int i = 0; i < 5; i++) {
        pool.allocate(4096).commit("extent " + i);
      }
      pool.extents().get(2).free();
    }
    return Files.readAllBytes(path());
  }

  @Test
  void refusesForeignFiles() throws IOException {
    byte[] noise = new byte[300_000];
    new Random(1).nextBytes(noise);
    assertTrue(refusal(noise).contains("does not begin with PINPOOL"));
    assertTrue(refusal(new byte[0]).contains("it has 0 bytes"));
    assertTrue(refusal(new byte[1 << 20]).contains("does not begin with PINPOOL"));
    assertTrue(
        refusal("a letter to a friend".getBytes(StandardCharsets.US_ASCII))
            .contains("it has 20 bytes"));
  }

  @Test
  void refusesAFolder() {
    assertThrows(
        CorruptPoolException.class, () -> ExtentPool.open(folder, PoolOptions.ofLength(1 << 20)));
  }

  @Test
  void refusesAFileThatIsNotThere() {
    assertThrows(IOException.class, () -> ExtentPool.open(path(), PoolOptions.defaults()));
  }

  @Test
  void refusesEachDamagedByteOfTheLog() throws IOException {
    byte[] whole = pool();
    PoolImage image = new FileImage(whole).read();
    int begin = (int) image.superblock().logOffset();
    int end = begin + (int) image.superblock().logDurable();
    assertTrue(end > begin + 6 * LogRecord.FIXED_BYTES);
    for (int at = begin; at < end; at++) {
      byte[] damaged = whole.clone();
      damaged[at] ^= 0x10;
      assertTrue(refusal(damaged).contains("the extent map is damaged at byte"));
    }
  }

  @Test
  void survivesADamagedSuperblockButNotTwo() throws IOException {
    byte[] whole = pool();
    for (int slot = 0; slot < 2; slot++) {
      for (int at = 0; at < 84; at++) {
        byte[] damaged = whole.clone();
        damaged[(int) (slot * FreeMap.BLOCK_BYTES) + at] ^= 0x01;
        if (at >= 8 && at < 16) {
          assertTrue(refusal(damaged).contains("format version"));
        } else {
          assertEquals(4, new FileImage(damaged).read().extents().size());
        }
      }
    }
    byte[] damaged = whole.clone();
    damaged[40] ^= 1;
    damaged[4096 + 32] ^= 1;
    assertTrue(refusal(damaged).contains("neither copy of the superblock"));
  }

  @Test
  void refusesATruncatedFile() throws IOException {
    byte[] whole = pool();
    assertTrue(
        refusal(Arrays.copyOf(whole, whole.length - 4096)).contains("truncated by somebody else"));
    assertTrue(refusal(Arrays.copyOf(whole, 10_000)).contains("is not inside the file's"));
  }

  @Test
  void tellsDamageFromACrash() throws IOException {
    pool();
    byte[] crashed;
    ExtentPool pool = ExtentPool.open(path(), PoolOptions.defaults());
    pool.allocate(4096).commit("first");
    pool.allocate(4096).commit("second");
    crashed = Files.readAllBytes(path());
    pool.close();
    PoolImage image = new FileImage(crashed).read();
    assertEquals(6, image.extents().size());
    int second =
        (int) (image.superblock().logOffset() + image.superblock().logDurable())
            + LogRecord.sizeBytes("first");
    byte[] torn = crashed.clone();
    torn[second + 20] ^= 1;
    // The last record may have been torn by a crash: nobody later says that it was durable.
    assertEquals(5, new FileImage(torn).read().extents().size());
    byte[] damaged = crashed.clone();
    damaged[second - 20] ^= 1;
    // The one before it cannot: the last record was written when it was durable.
    assertTrue(refusal(damaged).contains("the extent map is damaged"));
  }
}
