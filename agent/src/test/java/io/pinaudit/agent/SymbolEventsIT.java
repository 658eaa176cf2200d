package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.agent.state.NativeSymbol;
import java.io.IOException;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import jdk.jfr.consumer.RecordedEvent;
import org.junit.jupiter.api.Test;

/** Each function of the C library in the table, called through a foreign handle. */
class SymbolEventsIT {
  private static final Set<String> SEEN = new HashSet<>();

  @Test
  void recordsEachFunctionOfTheCLibrary() throws Exception {
    AgentRun run =
        AgentRun.of(TestJdk.of(25), "SymbolProgram")
            .agent("")
            .recording()
            .option("--enable-native-access=ALL-UNNAMED")
            .run(25)
            .succeeded();
    records(run, "FileMap", "mmap", "mremap");
    records(run, "BufferTransfer", "read", "write", "readv", "writev", "pread", "pwrite");
    records(run, "BufferTransfer", "preadv", "pwritev", "preadv2", "pwritev2", "vmsplice");
    records(run, "RangeDeallocate", "fallocate", "madvise");
    records(run, "FileTruncate", "ftruncate", "truncate", "creat", "open", "openat");
    records(run, "FileTruncate", "fopen", "freopen");
    records(run, "FileTransfer", "splice", "sendfile");
    records(run, "NativeCall", "tee", "msync");
    records(run, "FileRename", "renameat", "renameat2", "rename");
    records(run, "FileDelete", "unlinkat", "remove");
    records(run, "FileClose", "close");
    recordsOthers(run);
    // In other programs.
    SEEN.addAll(List.of("free", "munmap", "syscall", "unlink"));
    for (NativeSymbol symbol : EnumSet.allOf(NativeSymbol.class)) {
      if (symbol.library() == NativeSymbol.Library.C) {
        assertTrue(SEEN.contains(symbol.symbol()), symbol.symbol());
      }
    }
    assertEquals(List.of(), run.events("RecordingLoss"));
  }

  private static void recordsOthers(AgentRun run) throws IOException {
    assertEquals(105, run.event("BufferTransfer", "pread64").getLong("resultBytes"));
    assertEquals(65_536, run.event("FileTruncate", "truncate64").getLong("newSizeBytes"));
    RecordedEvent allocated = run.event("RangeDeallocate", "posixFallocate");
    assertEquals(8192, allocated.getLong("offsetBytes"));
    assertEquals(0, allocated.getInt("mode"));
    RecordedEvent advised = run.event("RangeDeallocate", "madvise");
    assertEquals(4096, advised.getLong("offsetBytes"));
    assertEquals(224, run.event("FileTransfer", "copyFileRange").getLong("resultBytes"));
    RecordedEvent opened = run.event("FileTruncate", "openat2");
    assertTrue(opened.getString("path").endsWith("/a.dat.created"), opened::toString);
    assertEquals(List.of(), run.eventsOf("FileTruncate", "update"));
    assertNotNull(run.event("FileTruncate", "exclusive").getString("error"));
    assertNull(run.event("FileTruncate", "freopen").getString("error"));
    assertEquals(List.of(), run.eventsOf("FileDelete", "rmdir"));
    RecordedEvent unmapped = run.event("FileUnmap", "mremap");
    assertEquals(run.event("FileMap", "mmap").getLong("address"), unmapped.getLong("address"));
    assertEquals(49_152, run.event("FileMap", "mremap").getLong("lengthBytes"));
    SEEN.addAll(List.of("posix_fallocate", "copy_file_range", "openat2"));
  }

  private static void records(AgentRun run, String kind, String... lines) throws IOException {
    for (String line : lines) {
      assertEquals(line, run.event(kind, line).getString("operation"));
      SEEN.add(line);
    }
  }
}
