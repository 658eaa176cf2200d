package io.pinaudit.analyzer.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.events.FileTruncate;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** This JVM's own repository is followed while it records. */
class JfrFollowerTest {
  private static final int SIZE_AT = 8;
  private static final int START_AT = 32;
  private static final int DURATION_AT = 40;
  private static final long PATIENCE_NANOS = 20_000_000_000L;

  @TempDir private Path folder;

  private final JfrFollower follower = new JfrFollower();
  private final List<Long> sizes = new ArrayList<>();
  private final List<JavaCall> calls = new ArrayList<>();

  private static void truncate(long size) {
    FileTruncate event = new FileTruncate();
    event.startNanos = size;
    event.endNanos = size + 7;
    event.operation = "FileChannel.truncate";
    event.path = folder(size);
    event.newSizeBytes = size;
    event.commit();
  }

  private static String folder(long size) {
    return "/odd/path of " + size;
  }

  private void read(Path file, Path place) {
    while (follower.read(file, place) != null) {}
    for (LiveJvm jvm : follower.jvms()) {
      for (JavaCall call : jvm.take()) {
        calls.add(call);
        sizes.add(((JavaCall.Truncated) call.effect()).newSize());
        assertEquals(folder(sizes.getLast()), ((JavaCall.Truncated) call.effect()).file().path());
      }
    }
  }

  private void readRepository(Path repository) throws IOException {
    try (Stream<Path> files = Files.list(repository)) {
      for (Path file : files.filter(file -> file.toString().endsWith(".jfr")).sorted().toList()) {
        read(file, repository);
      }
    }
  }

  private static Path repository() {
    return Path.of(System.getProperty("jdk.jfr.repository"));
  }

  private void await(Path repository, int count) throws Exception {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (sizes.size() < count && System.nanoTime() < deadline) {
      readRepository(repository);
      Thread.sleep(20);
    }
  }

  @Test
  void passesOnWhatIsFlushedAndEachCallOnceWhereverItsChunkIsCopied() throws Exception {
    Path left = folder.resolve("left.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(FileTruncate.class).withStackTrace();
      recording.enable("jdk.JVMInformation").with("period", "beginChunk");
      recording.start();
      Path repository = repository();
      LongStream.rangeClosed(1, 1_000).forEach(JfrFollowerTest::truncate);
      await(repository, 1_000);
      assertEquals(LongStream.rangeClosed(1, 1_000).boxed().toList(), sizes);
      LongStream.rangeClosed(1_001, 1_003).forEach(JfrFollowerTest::truncate);
      await(repository, 1_003);
      LiveJvm jvm = follower.jvms().iterator().next();
      assertTrue(Math.abs(System.currentTimeMillis() - jvm.untilEpochMillis()) < 10_000);
      truncate(1_004);
      recording.dump(left);
    }
    read(left, left);
    assertEquals(LongStream.rangeClosed(1, 1_004).boxed().toList(), sizes);
    assertTrue(follower.isWhole(left));
    read(left, left);
    assertEquals(1_004, sizes.size());
    assertSame(List.copyOf(JfrReader.read(left).calls()));
    assertFalse(calls.getLast().stack().isEmpty());
  }

  private Path later(byte[] chunk, long nanos) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(chunk.clone());
    bytes.putLong(START_AT, bytes.getLong(START_AT) + bytes.getLong(DURATION_AT) + nanos);
    return Files.write(folder.resolve(nanos + ".jfr"), bytes.array());
  }

  @Test
  void saysThatChunksAreMissing() throws Exception {
    Path first = folder.resolve("first.jfr");
    try (Recording recording = new Recording()) {
      recording.enable(FileTruncate.class).withStackTrace();
      recording.enable("jdk.JVMInformation").with("period", "beginChunk");
      recording.start();
      truncate(1);
      recording.dump(first);
    }
    byte[] chunk = Files.readAllBytes(first);
    read(first, folder);
    LiveJvm jvm = follower.jvm(folder);
    List<String> before = jvm.recording().problems();
    read(later(chunk, 10_000_000), folder);
    assertEquals(before, jvm.recording().problems());
    read(later(chunk, 60_000_000_000L), folder);
    assertTrue(jvm.recording().problems().toString().contains("chunks of the flight recording"));
  }

  /** After the calendar has jumped back, a JVM says the same time for as long as it jumped. */
  @Test
  void countsFlushesWhoseTimeStandsStill() throws Exception {
    Path left = folder.resolve("left.jfr");
    try (Recording recording = new Recording()) {
      recording.enable("jdk.JVMInformation").with("period", "beginChunk");
      recording.start();
      recording.dump(left);
    }
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(left));
    LiveJvm jvm = new LiveJvm(folder);
    jvm.reached(new JfrHeader(bytes));
    jvm.reached(new JfrHeader(bytes));
    assertEquals(1, jvm.flushes(), "nothing was flushed since");
    long until = jvm.untilEpochMillis();
    jvm.reached(new JfrHeader(bytes.putLong(SIZE_AT, bytes.getLong(SIZE_AT) + 100)));
    assertEquals(2, jvm.flushes());
    assertEquals(until, jvm.untilEpochMillis());
  }

  private void assertSame(List<JavaCall> expected) {
    assertEquals(expected.size(), calls.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i).effect(), calls.get(i).effect());
      assertEquals(expected.get(i).stack(), calls.get(i).stack());
      assertEquals(expected.get(i).process(), calls.get(i).process());
      assertEquals(expected.get(i).endNanos(), calls.get(i).endNanos());
      assertEquals(expected.get(i).started().task(), calls.get(i).started().task());
    }
  }
}
