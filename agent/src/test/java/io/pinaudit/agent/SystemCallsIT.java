package io.pinaudit.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The events against what strace sees of the same run: each system call on a file of the program
 * has its event, and no event lacks its system call.
 */
class SystemCallsIT {
  @ParameterizedTest(name = "JDK {0}, {1}")
  @CsvSource({
    "17, ChannelProgram",
    "25, ChannelProgram",
    "17, MappingProgram",
    "25, MappingProgram",
    "17, AsyncProgram",
    "25, AsyncProgram",
    "17, LibraryProgram",
    "25, LibraryProgram",
    "17, DirectoryProgram",
    "25, DirectoryProgram",
    "17, CopyProgram",
    "25, CopyProgram",
    "17, LengthProgram",
    "17, ReflectionProgram",
    "25, ReflectionProgram",
    "25, ForeignProgram",
    "25, SymbolProgram"
  })
  void agree(int feature, String program) throws Exception {
    String strace = StraceLog.COMMAND.get(0);
    Assumptions.assumeTrue(Files.isExecutable(Path.of(strace)), "skipped: no " + strace);
    AgentRun.Builder builder = AgentRun.of(TestJdk.of(feature), program).agent("").recording();
    Path logs = Files.createDirectory(builder.folder().resolve("strace"));
    List<String> command = new ArrayList<>(StraceLog.COMMAND);
    command.addAll(List.of("-o", logs + "/thread"));
    builder.under(command.toArray(String[]::new));
    for (String opened : List.of("sun.nio.ch", "java.io")) {
      builder.option("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    if (feature > 17) {
      builder.option("--enable-native-access=ALL-UNNAMED");
    }
    AgentRun run =
        builder.run(
            program.matches("(Foreign|Symbol)Program")
                ? 25
                : program.equals("MappingProgram") ? 0 : 17);
    assertEquals(0, run.exitCode(), run.err());
    Acts calls = StraceLog.read(logs, run.folder());
    assertFalse(calls.kinds().isEmpty());
    Acts events = Acts.ofEvents(run.recording(), run.folder());
    assertEquals(List.of(), Acts.differences(calls, events));
  }
}
