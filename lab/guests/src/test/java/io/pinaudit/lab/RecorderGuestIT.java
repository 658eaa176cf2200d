package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.audit.TraceFile;
import io.pinaudit.analyzer.audit.Verdict.Completeness;
import io.pinaudit.analyzer.finding.Certainty;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step.Role;
import io.pinaudit.analyzer.trace.Diagnostics;
import io.pinaudit.analyzer.trace.LineSource;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.Installation;
import io.pinaudit.harness.FileTree;
import io.pinaudit.lab.guest.Guest;
import io.pinaudit.lab.guest.GuestCommand;
import io.pinaudit.lab.host.HostCommand;
import io.pinaudit.lab.host.HostPackages;
import io.pinaudit.run.CpuStatistics;
import io.pinaudit.run.RunDescription;
import io.pinaudit.run.RunDescriptionReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/**
 * What happens to and around a recorder, where there are kprobes: it is killed, others record at
 * the same time from another pid namespace, the machine is busy, buffers are too small, the
 * application runs in a container or already. All in one boot.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecorderGuestIT {
  private static final Pattern LOST = Pattern.compile("CPU:(\\d+) \\[LOST (\\d+) EVENTS]");

  private static final String SCRIPT =
      """
      pinaudit=$1 java=$2 samples=$3
      cd "$PINAUDIT_RUN"
      await() { for i in $(seq 600); do [ -e "$1" ] && return; sleep 0.1; done; echo "no $1"; exit 1; }
      probes() { grep -c pinaudit_ /sys/kernel/tracing/kprobe_events; }
      instances() { ls /sys/kernel/tracing/instances | grep -c pinaudit_; }
      bpftraces() { for i in $(seq 50); do pgrep -x bpftrace >/dev/null || break; sleep 0.2; done; pgrep -cx bpftrace; }

      # Two bpftrace recorders, one of which is killed and the other told to end.
      for run in bpftrace-killed bpftrace-ended; do
        "$pinaudit" record --recorder bpftrace -o $run -- sh -c "touch $run.up; exec sleep 100" &
        eval "pid_${run#bpftrace-}=$!"
      done
      await bpftrace-killed.up
      await bpftrace-ended.up
      kill -9 $pid_killed
      kill $pid_ended
      wait $pid_killed $pid_ended
      echo "bpftrace left: $(bpftraces)" >>said

      # A recorder that is killed, and what its successor finds.
      "$pinaudit" record -o killed -- sh -c 'touch killed.up; exec sleep 100' &
      await killed.up
      kill -9 $!
      wait $!
      echo "killed left: $(instances) instances, $(probes | sed 's/^[1-9].*/some/') probes" >>said

      # A thread that takes a name as those of io_uring have, which pin for others.
      "$pinaudit" record -o worker -- sh -c '
        pins() { cat /sys/kernel/tracing/instances/pinaudit_*_machine/events/pinaudit_*/cached_pin_taken/enable; }
        pins >worker.before
        printf io-worker >/proc/self/comm
        pins >worker.after'
      echo "pins by workers: $(cat worker.before), then $(cat worker.after); $(instances) instances left" >>said

      # One in a pid namespace of its own, while others come and go; of these one records a container.
      unshare --pid --fork --mount-proc "$pinaudit" record -o inner -- sh -c 'touch inner.up; while [ ! -e inner.end ]; do sleep 0.2; done' &
      inner=$!
      await inner.up
      "$pinaudit" record -o container -- unshare --pid --fork --mount-proc \\
        "$java" -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED -cp "$samples" io.pinaudit.samples.VmspliceThenDelete "$PINAUDIT_DAX"
      touch inner.end
      wait $inner
      echo "inner left: $(instances) instances, $(probes) probes" >>said

      # Noise: another process that makes as many recorded system calls as it can.
      sh -c 'exec 2>/dev/null; while :; do : >/dev/shm/noise; done' &
      noise=$!
      "$pinaudit" record -o busy -- sh -c 'for i in 1 2 3; do : >/dev/shm/busy; sleep 0.3; done'
      # From here on a little of it is enough, and leaves the JVM its processor.
      kill $noise
      wait $noise
      sh -c 'while :; do : >/dev/shm/noise; sleep 0.05; done' &
      noise=$!
      "$java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=10 -cp . Truncates attached.up &
      jvm=$!
      await attached.up
      "$pinaudit" attach $jvm --seconds 3 -o attached
      kill $jvm $noise
      wait $jvm $noise

      "$pinaudit" record --buffer-kb 16 -o lossy -- sh -c 'i=0; while [ $i -lt 20000 ]; do : >/dev/shm/lossy; i=$((i + 1)); done'
      exit 0
      """;

  private static final String TRUNCATES =
      """
      import java.nio.channels.FileChannel;
      import java.nio.file.*;

      class Truncates {
        public static void main(String[] args) throws Exception {
          Files.createFile(Path.of(args[0]));
          while (true) {
            new Thread(Truncates::truncate).start();
            Thread.sleep(100);
          }
        }

        static void truncate() {
          try (FileChannel file = FileChannel.open(Path.of("/dev/shm/attached"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.write(java.nio.ByteBuffer.wrap(new byte[1]));
            file.truncate(0);
          } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
          }
        }
      }
      """;

  private Path parent;
  private List<String> said;

  @BeforeAll
  void record() throws Exception {
    GuestMachine.assumeUsable();
    Console console = new Console(System.out, System.err, false);
    new HostPackages(console).require(List.of("bpftrace"));
    parent = Path.of("target/guest-tests/recorder").toAbsolutePath();
    FileTree.delete(Files.createDirectories(parent));
    Files.createDirectories(parent);
    Path program = Files.writeString(parent.resolve("Truncates.java"), TRUNCATES);
    // An emulated compiler takes half a minute.
    String compiler = Installation.jdkTool("javac").toString();
    HostCommand.output(parent, compiler, "-d", parent.toString(), program.toString());
    List<String> words = GuestMachine.script(SCRIPT);
    int status =
        Guest.prepare(DemoRun.guest(parent), console)
            .run(GuestCommand.asHere(words), System.out, System.err)
            .exitStatus();
    assertEquals(0, status);
    said = Files.readAllLines(parent.resolve("said"));
  }

  private Audit audit(String run) throws IOException {
    return Audit.of(Inputs.of(List.of(parent.resolve(run))));
  }

  private RunDescription description(String run) throws IOException {
    return RunDescriptionReader.read(parent.resolve(run));
  }

  private List<String> lines(String trace) throws IOException {
    Diagnostics diagnostics = new Diagnostics();
    List<String> lines = new ArrayList<>();
    try (LineSource in = TraceFile.lines(parent.resolve(trace), diagnostics)) {
      for (String line = in.next(); line != null; line = in.next()) {
        lines.add(line);
      }
    }
    assertEquals(List.of(), diagnostics.shown());
    return lines;
  }

  @Test
  void bpftraceEndsWithItsRecorder() throws IOException {
    assertTrue(said.contains("bpftrace left: 0"), said::toString);
    assertTrue(description("bpftrace-ended").kernel().finished());
    assertEquals(-1, description("bpftrace-killed").endNanos());
    assertNotEquals(Completeness.COMPLETE, audit("bpftrace-killed").verdict().completeness());
  }

  @Test
  void theNextRecorderRemovesWhatAKilledOneLeft() throws IOException {
    assertTrue(said.contains("killed left: 2 instances, some probes"), said::toString);
    assertTrue(said.contains("inner left: 0 instances, 0 probes"), said::toString);
    assertEquals(-1, description("killed").endNanos());
    assertFalse(lines("killed/kernel.dat").isEmpty(), "what was copied can be read");
  }

  @Test
  void tracesThePinsOfWorkersOnceThereAreAny() {
    assertTrue(said.contains("pins by workers: 0*, then 1*; 0 instances left"), said::toString);
  }

  /** Another recorder that starts meanwhile cannot see its process, but its lock. */
  @Test
  void aRecorderInAnotherPidNamespaceIsLeftAlone() throws IOException {
    assertTrue(description("inner").kernel().finished());
    assertTrue(lines("inner/kernel.dat").getLast().endsWith("pinaudit: recording ends"));
  }

  @Test
  void namesTheLinesOfAJvmInAContainer() throws IOException {
    Audit audit = audit("container");
    assertEquals(
        List.of("FreedWhilePinned", "ReusedWhilePinned"),
        audit.findings().stream().map(Finding::rule).toList());
    Finding freed = audit.findings().getFirst();
    assertEquals(Certainty.CONFIRMED, freed.certainty());
    for (Role role : List.of(Role.PINNED, Role.FREED)) {
      assertFalse(freed.first().step(role).orElseThrow().actor().call().stack().isEmpty());
    }
    assertEquals(List.of(), audit.verdict().reasons());
  }

  @Test
  void recordsNothingOfOtherProcessesOnABusyMachine() throws IOException {
    List<String> calls = lines("busy/syscalls.dat");
    assertTrue(calls.stream().filter(line -> line.contains("sys_enter_openat")).count() >= 3);
    assertTrue(calls.size() < 20_000, "found " + calls.size());
    assertEquals(
        0, description("busy").kernel().cpus().stream().mapToLong(CpuStatistics::lost).sum());
  }

  @Test
  void followsTheThreadsOfAnAttachedJvm() throws IOException {
    List<String> calls = lines("attached/syscalls.dat");
    long truncates = calls.stream().filter(line -> line.contains("sys_enter_ftruncate")).count();
    assertTrue(truncates >= 5, "found " + truncates);
    assertEquals(
        List.of(),
        calls.stream().filter(line -> line.strip().startsWith("sh-")).limit(3).toList(),
        "of the noise");
    Audit audit = audit("attached");
    assertTrue(
        audit.verdict().reasons().stream().noneMatch(reason -> reason.contains("kernel")),
        audit.verdict().reasons()::toString);
  }

  @Test
  void tellsWhatEachCpuLost() throws IOException {
    List<CpuStatistics> cpus = description("lossy").kernel().cpus();
    assertTrue(cpus.stream().anyMatch(cpu -> cpu.overrun() > 0), cpus::toString);
    for (CpuStatistics cpu : cpus) {
      long told =
          lines("lossy/syscalls.dat").stream()
              .map(LOST::matcher)
              .filter(Matcher::matches)
              .filter(gap -> Integer.parseInt(gap.group(1)) == cpu.cpu())
              .mapToLong(gap -> Long.parseLong(gap.group(2)))
              .sum();
      assertTrue(told <= cpu.overrun(), "told " + told + " of " + cpu);
    }
    Audit audit = audit("lossy");
    assertEquals(Completeness.PARTIAL, audit.verdict().completeness());
    assertTrue(
        audit.verdict().reasons().stream()
            .anyMatch(reason -> reason.matches("CPU \\d lost .* events")),
        audit.verdict().reasons()::toString);
  }
}
