package io.pinaudit.lab.cases;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.util.Map.entry;

import io.pinaudit.samples.IoRing;
import io.pinaudit.samples.NativeCall;
import io.pinaudit.samples.Pipe;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What is done to memory that a request of a ring, or a pipe, still uses. A ring reads from an
 * empty pipe into the memory; what is written into the pipe later shows whom it harms.
 */
final class MemoryActs {
  private static final int READ_BYTES = 65_536;
  private static final int WRITTEN_BYTES = 4_096;
  private static final int TRIES = 64;
  private static final int PROT_READ_WRITE = 3;
  private static final int MAP_PRIVATE_ANONYMOUS_FIXED = 0x32;

  static final Map<String, CachedAct> ALL =
      Map.ofEntries(
          entry("ring/arena-closed", MemoryActs::arenaClosed),
          entry("ring/arena-closed-later", MemoryActs::arenaClosedLater),
          entry("ring/other-arena-closed", MemoryActs::otherArenaClosed),
          entry("ring/malloc-freed", MemoryActs::mallocFreed),
          entry("ring/malloc-freed-later", MemoryActs::mallocFreedLater),
          entry("ring/unmapped", scene -> mapping(scene, true)),
          entry("ring/unmapped-later", scene -> mapping(scene, false)),
          entry("java/truncate-lent", scene -> lent(scene, MemoryActs::truncate)),
          entry("java/delete-lent", scene -> lent(scene, one -> Files.delete(one.file))),
          entry(
              "sh/redirect-lent", scene -> lent(scene, one -> ShellAct.run(": > \"$f\"", one, 0))),
          entry("sh/rm-lent", scene -> lent(scene, one -> ShellAct.run("rm \"$f\"", one, 0))));

  private MemoryActs() {}

  /** A ring that reads from a pipe. */
  private record PipeRead(IoRing ring, int writeEnd) {
    static PipeRead into(MemorySegment target) throws IOException {
      MemorySegment pipe = Arena.ofAuto().allocate(JAVA_INT, 2);
      NativeCall.of("pipe", pipe);
      IoRing ring = IoRing.open();
      ring.queueRead(pipe.getAtIndex(JAVA_INT, 0), target, -1);
      ring.submit(1);
      return new PipeRead(ring, pipe.getAtIndex(JAVA_INT, 1));
    }

    /** Lets the read have its bytes, and waits for its completion. */
    void complete() throws IOException {
      MemorySegment bytes = Arena.ofAuto().allocate(WRITTEN_BYTES).fill((byte) 'X');
      NativeCall.of("write", writeEnd, bytes, (long) WRITTEN_BYTES);
      ring.awaitCompletions(1);
    }

    /** Ends the read without a byte. */
    void end() throws IOException {
      NativeCall.of("close", writeEnd);
      ring.awaitCompletions(1);
    }
  }

  /**
   * Tries until the allocator gives the memory to one new owner, whole: otherwise the request would
   * write into memory of who knows whom. A request whose memory went elsewhere gets no bytes.
   */
  private static void arenaClosed(CachedScene scene) throws IOException {
    for (int i = 0; i < TRIES; i++) {
      MemorySegment memory;
      PipeRead read;
      try (Arena arena = Arena.ofShared()) {
        memory = arena.allocate(READ_BYTES);
        read = PipeRead.into(memory);
      }
      try (Arena next = Arena.ofShared()) {
        if (isOverwritten(scene, read, memory.address(), next.allocate(READ_BYTES))) {
          return;
        }
      }
    }
  }

  private static boolean isOverwritten(
      CachedScene scene, PipeRead read, long address, MemorySegment owner) throws IOException {
    if (owner.address() != address) {
      read.end();
      return false;
    }
    read.complete();
    tell(scene, List.of(owner));
    return true;
  }

  private static void arenaClosedLater(CachedScene scene) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      PipeRead.into(arena.allocate(READ_BYTES)).complete();
    }
    tell(scene, List.of());
  }

  private static void otherArenaClosed(CachedScene scene) throws IOException {
    try (Arena arena = Arena.ofShared()) {
      PipeRead read = PipeRead.into(arena.allocate(READ_BYTES));
      try (Arena other = Arena.ofShared()) {
        other.allocate(READ_BYTES).fill((byte) 'O');
      }
      read.complete();
    }
    tell(scene, List.of());
  }

  private static void mallocFreed(CachedScene scene) throws IOException {
    boolean done = false;
    for (int i = 0; i < TRIES && !done; i++) {
      MemorySegment memory = malloc();
      PipeRead read = PipeRead.into(memory);
      NativeCall.of("free", memory);
      MemorySegment next = malloc();
      done = isOverwritten(scene, read, memory.address(), next);
      NativeCall.of("free", next);
    }
  }

  private static void mallocFreedLater(CachedScene scene) throws IOException {
    MemorySegment memory = malloc();
    PipeRead.into(memory).complete();
    NativeCall.of("free", memory);
    tell(scene, List.of());
  }

  @SuppressWarnings("restricted")
  private static MemorySegment malloc() throws IOException {
    return MemorySegment.ofAddress(NativeCall.of("malloc", (long) READ_BYTES))
        .reinterpret(READ_BYTES);
  }

  /**
   * Gives a request memory of a file; early, maps other memory in its place before the request is
   * complete.
   */
  @SuppressWarnings("restricted")
  private static void mapping(CachedScene scene, boolean early) throws IOException {
    MemorySegment memory = scene.memory().asSlice(0, READ_BYTES);
    PipeRead read = PipeRead.into(memory);
    List<MemorySegment> owners = new ArrayList<>();
    if (early) {
      scene.unmap();
      long address =
          NativeCall.of(
              "mmap",
              MemorySegment.ofAddress(memory.address()),
              (long) READ_BYTES,
              PROT_READ_WRITE,
              MAP_PRIVATE_ANONYMOUS_FIXED,
              -1,
              0L);
      owners.add(MemorySegment.ofAddress(address).reinterpret(READ_BYTES));
    }
    read.complete();
    tell(scene, owners);
    if (!early) {
      scene.unmap();
    }
  }

  /** Counts the bytes of the pipe in memory of others. */
  private static void tell(CachedScene scene, List<MemorySegment> owners) {
    long bytes = 0;
    for (MemorySegment owner : owners) {
      bytes += owner.elements(JAVA_BYTE).filter(one -> one.get(JAVA_BYTE, 0) == 'X').count();
    }
    scene.found(bytes > 0 ? "overwritten" : "nothing", bytes + " bytes of others overwritten");
  }

  /** Lends the pages to a pipe, unmaps them, and has the file cut or deleted. */
  private static void lent(CachedScene scene, CachedAct cut)
      throws IOException, InterruptedException {
    try (Pipe pipe = Pipe.withRoomFor(READ_BYTES)) {
      pipe.lend(scene.memory().asSlice(0, READ_BYTES));
      scene.unmap();
      cut.act(scene);
      scene.writeAnew();
      long old = 0;
      for (byte one : pipe.drain()) {
        old += one == 'A' ? 1 : 0;
      }
      scene.found(old > 0 ? "orphaned" : "nothing", old + " bytes that are no file's");
    }
  }

  private static void truncate(CachedScene scene) throws IOException {
    try (FileChannel channel = FileChannel.open(scene.file, StandardOpenOption.WRITE)) {
      channel.truncate(0);
    }
  }
}
