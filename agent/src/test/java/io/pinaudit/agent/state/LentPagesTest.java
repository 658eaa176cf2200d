package io.pinaudit.agent.state;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.agent.jdk.Kernel;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Ordinary bytes stand for pages here: the kernel counts both alike. */
class LentPagesTest {
  private static final int LENT = 10;

  private final Pipes pipes = new Pipes(new Kernel());
  private final Set<Integer> before = descriptors();
  private final Pipe pipe = Pipe.open();
  private final int descriptor = descriptors().stream().filter(this::isNew).findAny().orElseThrow();
  private final long inode = inode(descriptor);

  LentPagesTest() throws IOException {}

  @AfterEach
  void close() throws IOException {
    pipe.sink().close();
    pipe.source().close();
  }

  private boolean isNew(int descriptor) {
    return !before.contains(descriptor);
  }

  private static Set<Integer> descriptors() throws IOException {
    Set<Integer> found = new HashSet<>();
    try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        if (isPipe(each)) {
          found.add(Integer.parseInt(each.getFileName().toString()));
        }
      }
    }
    return found;
  }

  private static boolean isPipe(Path link) throws IOException {
    return Files.isSymbolicLink(link) && Files.readSymbolicLink(link).toString().startsWith("pipe");
  }

  private static long inode(int descriptor) throws IOException {
    String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor)).toString();
    return Long.parseLong(target.replaceAll("\\D", ""));
  }

  private void write(int bytes) throws IOException {
    assertEquals(bytes, pipe.sink().write(ByteBuffer.allocate(bytes)));
  }

  private void read(int bytes) throws IOException {
    assertEquals(bytes, pipe.source().read(ByteBuffer.allocate(bytes)));
  }

  private LentPages lend() throws IOException {
    long start = System.nanoTime();
    write(LENT);
    Pipes.Lend lend = new Pipes.Lend(start, System.nanoTime(), LENT);
    return LentPages.of(pipes, inode, descriptor, lend);
  }

  @Test
  void areThereUntilTheLastOfThemIsRead() throws IOException {
    LentPages pages = lend();
    read(LENT - 1);
    assertTrue(pages.holds());
    read(1);
    assertFalse(pages.holds());
  }

  @Test
  void areThereHoweverLongNobodyReads() throws IOException {
    write(LENT);
    LentPages old = LentPages.of(pipes, inode, descriptor, new Pipes.Lend(1, 2, LENT));
    assertTrue(old.holds());
    read(LENT);
    assertFalse(old.holds());
  }

  @Test
  void areGoneFromAPipeThatIsNeverEmpty() throws IOException {
    write(4);
    LentPages pages = lend();
    write(7);
    assertTrue(pages.holds());
    read(13);
    assertTrue(pages.holds(), "the last of them is there");
    write(7);
    assertTrue(pages.holds());
    read(1);
    assertFalse(pages.holds());
  }

  @Test
  void areGoneOnceWhatWasLentLaterIsAllThatIsThere() throws IOException {
    LentPages first = lend();
    read(LENT);
    LentPages second = null;
    for (int i = 0; i < 3; i++) {
      second = lend();
      assertFalse(first.holds());
      assertTrue(second.holds());
      write(1);
      read(LENT);
      read(1);
    }
    assertFalse(second.holds());
  }

  @Test
  void areGoneWithTheirPipe() throws IOException {
    LentPages pages = lend();
    close();
    assertFalse(pages.holds());
  }

  @Test
  void areInThePipeToWhichTheyWent() throws IOException {
    LentPages pages = lend();
    Set<Integer> known = descriptors();
    Pipe other = Pipe.open();
    int to = descriptors().stream().filter(each -> !known.contains(each)).findAny().orElseThrow();
    other.sink().write(ByteBuffer.allocate(3));
    pages.passOn(inode, inode(to), to);
    read(LENT);
    assertTrue(pages.holds(), "they are on their way");
    other.sink().write(ByteBuffer.allocate(LENT));
    pages.passedOn(inode, inode(to), to);
    other.sink().write(ByteBuffer.allocate(5));
    assertTrue(pages.holds());
    other.source().read(ByteBuffer.allocate(3 + LENT));
    assertFalse(pages.holds(), "what came later is all that is there");
    other.sink().close();
    other.source().close();
  }
}
