package io.pinaudit.record;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.pinaudit.run.RunDescription.Jvm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which JVMs are found in a file system that is laid out like /proc. */
class RunningJvmsTest {
  private static final int ROOT = 100;
  private static final String JVM = "7f-80 r-xp 0 fe:0 9    /jdk/lib/server/libjvm.so\n";
  private static final String OTHER = "7f-80 r-xp 0 fe:0 9    /lib/libjvm.so.debug\n";

  @TempDir Path proc;
  @TempDir Path heartbeats;
  private RunningJvms jvms;

  @BeforeEach
  void start() throws IOException {
    jvms = new RunningJvms(proc, ROOT);
    process(ROOT, 1, "sh", OTHER);
  }

  private void process(int pid, int parent, String task, String maps) throws IOException {
    Path folder = Files.createDirectories(proc.resolve(Integer.toString(pid)));
    Files.writeString(
        folder.resolve("stat"),
        "%d (%s) S %d 0 0 0 -1 0 0 0 0 0 0 0 0 0 20 0 1 0 %d 0\n"
            .formatted(pid, task, parent, 7 * pid));
    Files.writeString(folder.resolve("maps"), "55-56 r--p 0 fe:0 8   /bin/x\n" + maps);
    Files.writeString(folder.resolve("cmdline"), task + "\0-cp\0x\0");
    Files.writeString(
        folder.resolve("status"), "Name:\tx\nNSpid:\t" + pid + "\t" + pid % 100 + "\n");
    Path namespaces = Files.createDirectories(folder.resolve("ns"));
    Path link = namespaces.resolve("pid");
    Files.deleteIfExists(link);
    Files.createSymbolicLink(link, Path.of("pid:[4026532000]"));
  }

  private void beats(String namespaceAndPid) throws IOException {
    String boot = "5f0c5b0e-8f5a-4c61-9d2e-7a6b5c4d3e2f";
    Files.createFile(heartbeats.resolve(boot + "-" + namespaceAndPid + "-700.heartbeat"));
  }

  private List<Jvm> found() {
    jvms.look();
    return jvms.list(List.of(heartbeats));
  }

  /** /proc/loadavg ends with the number that was given out last. */
  @Test
  void looksAtItsFamilyAloneWhileNoProcessIsNew() throws IOException {
    Files.writeString(proc.resolve("loadavg"), "0.10 0.20 0.30 1/99 201\n");
    process(201, ROOT, "sh", OTHER);
    assertEquals(List.of(), found());
    process(201, ROOT, "java", JVM);
    process(202, 201, "jshell", JVM);
    assertEquals(List.of(201), found().stream().map(Jvm::pid).toList());
    Files.writeString(proc.resolve("loadavg"), "0.10 0.20 0.30 1/99 202\n");
    assertEquals(List.of(201, 202), found().stream().map(Jvm::pid).toList());
  }

  @Test
  void takesNoneThatIsEndingForAJvm() throws IOException {
    process(201, ROOT, "java", JVM);
    Path words = proc.resolve("201/cmdline");
    String all = Files.readString(words);
    Files.writeString(words, "");
    assertEquals(List.of(), found());
    Files.writeString(words, all);
    assertEquals(List.of(201), found().stream().map(Jvm::pid).toList());
  }

  /** What a JVM starts has the JVM's memory until it begins, which may be while it is looked at. */
  @Test
  void takesNoneThatBeginsAnotherProgramMeanwhileForAJvm() throws Exception {
    process(201, ROOT, "java", JVM);
    found();
    process(202, 201, "java", JVM);
    Path maps = proc.resolve("202/maps");
    Files.delete(maps);
    assertEquals(0, new ProcessBuilder("mkfifo", maps.toString()).start().waitFor());
    Thread child =
        Thread.ofPlatform()
            .start(
                () -> {
                  // Goes on when somebody reads.
                  try (Writer writer = Files.newBufferedWriter(maps)) {
                    Files.writeString(proc.resolve("202/cmdline"), "jspawnhelper\0001:2\0");
                    writer.write(JVM);
                  } catch (IOException e) {
                    throw new UncheckedIOException(e);
                  }
                });
    assertEquals(List.of(201), found().stream().map(Jvm::pid).toList());
    child.join();
  }

  @Test
  void findsDescendantsWithAndWithoutTheAgent() throws IOException {
    process(201, ROOT, "a (b) c", OTHER);
    process(202, 201, "java", JVM);
    process(203, 201, "java", JVM);
    beats("4026532000-2");
    assertEquals(
        List.of(new Jvm(202, "java -cp x", true), new Jvm(203, "java -cp x", false)), found());
  }

  @Test
  void leavesOutOtherFamiliesAndOtherPrograms() throws IOException {
    process(50, 1, "java", JVM);
    process(51, 50, "java", JVM);
    process(204, ROOT, "java", OTHER);
    assertEquals(List.of(), found());
  }

  @Test
  void knowsAProgramThatTakesTheProcessOver() throws IOException {
    process(205, ROOT, "sh", OTHER);
    for (int i = 0; i < 100; i++) {
      assertEquals(List.of(), found());
    }
    process(205, ROOT, "java", JVM);
    assertEquals(1, found().size());
  }

  @Test
  void keepsOrphansAndTheDead() throws IOException {
    process(206, ROOT, "sh", OTHER);
    process(207, 206, "sh", OTHER);
    assertEquals(List.of(), found());
    Files.delete(proc.resolve("206/stat"));
    process(207, 1, "java", JVM);
    assertEquals(1, found().size());
    Files.delete(proc.resolve("207/stat"));
    assertEquals(1, found().size());
  }

  @Test
  void readsANumberAnewThatAStrangerHad() throws IOException {
    process(209, 1, "sh", OTHER);
    assertEquals(List.of(), found());
    Path stranger = proc.resolve("209");
    Files.move(stranger, proc.resolve("gone"));
    assertEquals(List.of(), found());
    Files.move(proc.resolve("gone"), stranger);
    process(209, ROOT, "java", JVM);
    assertEquals(1, found().size());
  }

  /** Until it executes another program, a process that a JVM starts looks like that JVM. */
  @Test
  void doesNotTakeWhatAJvmStartsForAJvm() throws IOException {
    process(210, ROOT, "java", JVM);
    process(211, 210, "java", JVM);
    process(212, 210, "java", JVM);
    assertEquals(1, found().size());
    process(211, 210, "sh", OTHER);
    assertEquals(1, found().size());
    for (int i = 0; i < 100; i++) {
      jvms.look();
    }
    assertEquals(List.of(210, 212), found().stream().map(Jvm::pid).toList());
  }

  /** The root JVM of a container has the number 1 in it. */
  @Test
  void tellsContainersApart() throws IOException {
    process(208, ROOT, "java", JVM);
    beats("4026531836-8");
    assertEquals(List.of(new Jvm(208, "java -cp x", false)), found());
    beats("4026532000-8");
    assertEquals(List.of(new Jvm(208, "java -cp x", true)), found());
  }
}
