package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.finding.Step;
import io.pinaudit.analyzer.timeline.Actor;
import io.pinaudit.analyzer.timeline.ProcessRef;
import io.pinaudit.cli.Installation;
import io.pinaudit.linux.Posix;
import io.pinaudit.record.Tracefs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of this machine cut files that a recorded JVM has mapped: each is named. */
class WhoCutIT {
  private static final long PATIENCE_SECONDS = 300;
  private static final String WHOLE = " 65536 ";

  @TempDir Path folder;

  /** What happens to each file, and who is to be named for it: nobody if it is no harm. */
  private final Map<String, String> commands = new LinkedHashMap<>();

  private final Map<String, String> expected = new TreeMap<>();

  @BeforeEach
  void openFolder() throws IOException {
    assumeTrue(Posix.isRoot(), "only root can record the kernel");
    try {
      Tracefs.find();
    } catch (IOException e) {
      assumeTrue(false, "no tracefs here: " + e.getMessage());
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
  }

  private void harm(String name, String command, String cutter) {
    commands.put(name, WHOLE + command);
    expected.put(name, cutter);
  }

  private void noHarm(String name, String command) {
    commands.put(name, WHOLE + command);
  }

  private static boolean has(String program) {
    return List.of("/bin/", "/usr/bin/", "/usr/sbin/").stream()
        .anyMatch(bin -> Files.isExecutable(Path.of(bin + program)));
  }

  private Audit record() throws Exception {
    return record(folder);
  }

  private Audit record(Path files) throws Exception {
    Path list = folder.resolve("list");
    List<String> lines = new ArrayList<>();
    commands.forEach((name, command) -> lines.add(name + command));
    Files.write(list, lines);
    Path run = folder.resolve("run");
    ProcessBuilder recorder =
        new ProcessBuilder(
            Installation.current().launcher().toString(),
            "record",
            "-o",
            run.toString(),
            "--",
            Installation.jdkTool("java").toString(),
            Path.of("src/test/programs/CutByOthers.java").toAbsolutePath().toString(),
            files.toString(),
            list.toString());
    recorder.environment().put("PINAUDIT_NO_BUILD", "1");
    Path output = folder.resolve("output");
    Process process = recorder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), Files.readString(output));
    return Audit.of(Inputs.of(List.of(run)));
  }

  /** Of each file that was found cut, who cut it. */
  private static Map<String, Actor> cutters(Audit audit) {
    Map<String, Actor> cutters = new TreeMap<>();
    for (Finding finding : audit.findings()) {
      assertEquals("TruncatedBelowMapping", finding.rule());
      for (Finding.Instance instance : finding.instances()) {
        String path = audit.ledgers().names().path(instance.place().file());
        String name = Path.of(path).getFileName().toString().replaceAll("^junit-?\\d+", "");
        Actor twice = cutters.put(name, instance.step(Step.Role.CUT).orElseThrow().actor());
        assertEquals(null, twice, name + " is told twice");
      }
    }
    return cutters;
  }

  private static String told(Actor actor) {
    ProcessRef process = actor.process();
    return process == null
        ? "nobody"
        : "%s of %s%s, %s"
            .formatted(
                actor.operation(),
                process.guessed() ? "perhaps " : "",
                process.command(),
                process.user());
  }

  @Test
  void isNamedOnEachFileThatIsCutAndOnNoOther() throws Exception {
    harm("redirect", ": > $F", "openat(2) of sh, root");
    harm("copytruncate", "cp $F $F.1; : > $F; rm $F.1", "openat(2) of sh, root");
    harm("cp", "echo > $F.n; cp $F.n $F; rm $F.n", "openat(2) of cp, root");
    harm("dd", "dd if=/dev/null of=$F 2>/dev/null", "openat(2) of dd, root");
    harm("truncate", "truncate -s 5000 $F", "ftruncate(2) of truncate, root");
    harm("background", "(sleep 0.05; truncate -s 1 $F) & wait", "ftruncate(2) of truncate, root");
    if (has("fallocate") && has("setpriv")) {
      harm("collapse", "fallocate -c -o 0 -l 4096 $F", "fallocate(2) of fallocate, root");
      harm(
          "user",
          "chmod 666 $F; exec setpriv --reuid=nobody --clear-groups truncate -s 0 $F",
          "ftruncate(2) of truncate, nobody");
    }
    if (has("perl")) {
      harm("perl", "perl -e 'truncate($ENV{F}, 4096)'", "truncate(2) of perl, root");
    }
    if (has("unshare")) {
      harm("namespace", "unshare -pf sh -c ': > $F'", "openat(2) of sh, root");
    }
    harm("shm", "truncate -s 12288 $F", "ftruncate(2) of truncate, root");
    noHarm("append", "echo >> $F");
    noHarm("overwrite", "dd if=/dev/zero of=$F bs=4k count=1 conv=notrunc 2>/dev/null");
    noHarm("longer", "truncate -s 100000 $F");
    noHarm("same", "truncate -s 65536 $F");
    commands.put("above", " 8192 truncate -s 8192 $F");
    noHarm("regrown", "truncate -s 0 $F; truncate -s 65536 $F");
    noHarm("unlink", "rm $F");
    noHarm("rename", "echo > $F.n; mv $F.n $F");
    noHarm("early", ": > $F");
    noHarm("late", ": > $F");
    noHarm("shm-early", "true");
    Audit audit = record();
    Map<String, String> found =
        cutters(audit).entrySet().stream()
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, one -> told(one.getValue()), (a, _) -> a, TreeMap::new));
    assertEquals(expected, found);
    List<String> faulted =
        Files.readAllLines(folder.resolve("output")).stream()
            .filter(line -> line.startsWith("fault "))
            .map(line -> line.substring("fault ".length()))
            .sorted()
            .toList();
    assertEquals(List.copyOf(expected.keySet()), faulted, "those that did fault");
    assertEquals(faulted.size(), audit.faults().size());
    assertTrue(audit.faults().stream().allMatch(fault -> fault.stamp().nanos() > 0), "by SIGBUS");
  }

  private static int run(String... command) throws Exception {
    return new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  /** Nobody cuts anything: a store to a hole of a sparse file finds no room. */
  @Test
  void isNobodyWhereTheDiskIsFull() throws Exception {
    Path small = Files.createDirectory(folder.resolve("small"));
    String size = "size=256k";
    assumeTrue(
        run("mount", "-t", "tmpfs", "-o", size, "none", small.toString()) == 0, "no mount here");
    try {
      commands.put(
          "full", WHOLE + "rm $F; truncate -s 65536 $F; dd if=/dev/zero of=$F.x 2>/dev/null; true");
      Audit audit = record(small);
      assertEquals(Map.of(), cutters(audit));
      assertEquals(1, audit.faults().size());
      assertTrue(
          audit.verdict().reasons().stream()
              .anyMatch(text -> text.contains("the file system of " + small + "/full was full")),
          audit.verdict()::toString);
    } finally {
      run("umount", small.toString());
    }
  }
}
