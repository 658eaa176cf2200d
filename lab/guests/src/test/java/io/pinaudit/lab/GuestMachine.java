package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.host.DaxFileSystem;
import io.pinaudit.lab.host.HostPackages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether this machine can boot the guest; where it cannot, guest tests say why and are skipped.
 */
final class GuestMachine {
  private GuestMachine() {}

  static void assumeUsable() throws IOException {
    assumeTrue(System.getProperty("os.arch").equals("amd64"), "no x86-64 machine");
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/apt-get")), "no apt-get to fetch a kernel");
    assumeTrue(HostPackages.isRoot(), "not root: cannot install what the lab needs");
  }

  /** What tests that can be had on either run on: {@code -Dpinaudit.fs=xfs}, else ext4. */
  static DaxFileSystem fileSystem() {
    return DaxFileSystem.named(System.getProperty("pinaudit.fs", DaxFileSystem.EXT4.label()));
  }

  /**
   * Records samples in one boot of the guest; each must establish its truth.
   *
   * @param parent of the run directories; absolute
   */
  static void record(List<DemoRun> runs, Path parent) throws Exception {
    Console console = new Console(System.out, System.err, false);
    int status =
        Guest.prepare(DemoRun.guest(parent), console)
            .run(
                DemoRun.recording(runs, Installation.current(), parent.resolve("recordings")),
                new DemoOutput(runs, run -> System.out.println(run.step())),
                System.err)
            .exitStatus();
    assertEquals(0, status, "every sample established its truth");
  }

  /**
   * The words that run a script of sh, whose arguments are the launcher, this JVM's java, the jar
   * of the samples, and then the others.
   */
  static List<String> script(String script, String... others) {
    Installation installation = Installation.current();
    List<String> words = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    words.add(installation.launcher().toString());
    words.add(Installation.jdkTool("java").toString());
    words.add(installation.samplesJar().toString());
    words.addAll(List.of(others));
    return words;
  }
}
