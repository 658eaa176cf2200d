package io.pinaudit.analyzer.trace;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.trace.Operation.Keeper;
import io.pinaudit.analyzer.trace.Operation.Kind;
import io.pinaudit.analyzer.trace.Operation.Memory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OperationTest {
  private static final Path AGENT = Path.of("../agent/src/main/java/io/pinaudit/agent");

  private static Set<String> those(Predicate<Operation> which) {
    return Operation.all().stream()
        .filter(which)
        .map(Operation::name)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  @ParameterizedTest
  @CsvSource({
    "read, WRITTEN",
    "recvmsg, WRITTEN",
    "write, READ",
    "tee, READ",
    "splice, READ",
    "sendmsg, READ",
    "sendto, READ",
    // The pages are those of the other process.
    "process_vm_writev, WRITTEN",
    "process_vm_readv, READ",
    "io_uring_enter, EITHER",
    "ftruncate, NONE",
  })
  void knowsWhatIsDoneToThePinnedMemory(String name, Memory memory) {
    assertEquals(memory, Operation.of(name).memory());
  }

  @Test
  void letsGoWhereTheLastUserOfAFileMayGo() {
    assertEquals(
        Set.of("close", "close_range", "exit", "exit_group", "munmap", "unmap"),
        those(Operation::letsGo));
  }

  @Test
  void endsAFileByItsLastNameOrUser() {
    Set<String> names = those(one -> one.endsFile() && !one.letsGo());
    assertEquals(
        Set.of(
            "File.delete",
            "File.renameTo",
            "Files.delete",
            "Files.move",
            "remove",
            "rename",
            "renameat",
            "renameat2",
            "unlink",
            "unlinkat"),
        names);
    assertFalse(Operation.of("io_uring_queue_exit").endsFile(), "exit is only in its name");
  }

  @Test
  void leavesPagesWithAPipeOrASocket() {
    assertEquals(Set.of("splice", "tee", "vmsplice"), those(one -> one.keeper() == Keeper.PIPE));
    assertEquals(
        Set.of("sendfile", "sendmmsg", "sendmsg", "sendto"),
        those(one -> one.keeper() == Keeper.SOCKET));
  }

  @Test
  void everySystemCallThatIsMadeIsAnOperation() {
    for (Operation one : Operation.all()) {
      assertFalse(one.isMade() && !one.makesSyscall(), one + " makes itself");
    }
    assertEquals(Set.of("fallocate", "ftruncate", "unlink", "vmsplice"), those(Operation::isMade));
  }

  @Test
  void isTheSameWhereverItWasRead() {
    assertSame(Operation.of("vmsplice"), Operation.of(new String("vmsplice")));
    assertEquals(Kind.OTHER, Operation.of("futex").kind());
    assertEquals(Kind.UNKNOWN, Operation.of("syscall_451").kind());
    assertEquals(Kind.UNKNOWN, Operation.of(null).kind());
  }

  /** The agent names a call of a native function by the function. */
  @Test
  void knowsEveryNativeFunctionOfTheAgent() throws IOException {
    List<String> symbols =
        names(AGENT.resolve("state/NativeSymbol.java"), "^  [A-Z_0-9]+\\(.*?\"([^\"]+)\"");
    assertTrue(symbols.contains("vmsplice"), symbols::toString);
    symbols.forEach(one -> assertNotEquals(Kind.UNKNOWN, Operation.of(one).kind(), one));
  }

  /** The agent names a call of the JDK by class and method. */
  @Test
  void knowsEveryMethodOfTheJdkThatTheAgentNames() throws IOException {
    Set<String> named = new TreeSet<>();
    try (Stream<Path> files = Files.walk(AGENT)) {
      // The table names hooks, some of which tell their calls by another's name.
      for (Path file : files.filter(one -> one.toString().endsWith(".java")).toList()) {
        if (!file.startsWith(AGENT.resolve("table"))) {
          named.addAll(names(file, "\"((?:[A-Z]\\w*Channel|Files?|RandomAccessFile)\\.\\w+)\""));
        }
      }
    }
    assertTrue(named.contains("Files.delete"), named::toString);
    named.forEach(one -> assertNotEquals(Kind.UNKNOWN, Operation.of(one).kind(), one));
  }

  private static List<String> names(Path source, String name) throws IOException {
    return Pattern.compile(name, Pattern.MULTILINE)
        .matcher(Files.readString(source))
        .results()
        .map(found -> found.group(1))
        .toList();
  }
}
