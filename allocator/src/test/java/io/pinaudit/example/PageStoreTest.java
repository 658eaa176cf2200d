package io.pinaudit.example;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.allocator.Extent;
import java.lang.foreign.ValueLayout;
import java.nio.channels.AsynchronousFileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program that the Javadoc should suffice to write. */
class PageStoreTest {
  @TempDir Path folder;

  @Test
  void keepsPagesOverARestart() throws Exception {
    byte[] content = new byte[40 * 65_536];
    for (int i = 0; i < content.length; i++) {
      content[i] = (byte) (i / 65_536);
    }
    Path source = Files.write(folder.resolve("source"), content);
    try (PageStore store = new PageStore(folder.resolve("pool"));
        AsynchronousFileChannel channel = AsynchronousFileChannel.open(source)) {
      List<CompletableFuture<Extent>> reads = new ArrayList<>();
      for (int page = 0; page < 40; page++) {
        reads.add(store.load(channel, page));
      }
      for (int page = 0; page < 40; page++) {
        Extent extent = reads.get(page).get();
        if (page % 3 == 0) {
          store.keep(extent, page);
        } else {
          extent.free();
        }
      }
    }
    try (PageStore store = new PageStore(folder.resolve("pool"))) {
      assertTrue(store.find(1).isEmpty());
      assertEquals(39, store.find(39).orElseThrow().segment().get(ValueLayout.JAVA_BYTE, 65_535));
    }
  }
}
