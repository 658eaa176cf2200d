package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.Verb;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pages for users tell people to type works, and what they link to is there. */
class PagesTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Path FIXTURE =
      HOME.resolve("analyzer/src/test/resources/runs/linux-6.1.192-java-dma");

  /** A code block, or code in a line of text. */
  private static final Pattern CODE = Pattern.compile("(?s)```\\w*\\n(.*?)```|`([^`\\n]+)`");

  private static final Pattern COMMAND =
      Pattern.compile("(?m)(?:^|[\\s/])pinaudit ([a-z]+)\\b([^\\n|>#;]*)");

  /** Programs of this tree, as pages name them. */
  private static final Pattern PROGRAM =
      Pattern.compile("(?<![\\w./-])(?:benchmarks|lab|samples|tools|agent)/[\\w./-]+");

  private static final String ONLY_IN_A_RELEASE = "samples/recorded-run|agent/pinaudit-agent\\.jar";

  private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)(?:#[^)]*)?\\)");
  private static final Pattern OWN_SECTION = Pattern.compile("\\]\\(([^)#:]*)#([^)]+)\\)");

  /** Verbs that only read: they are run, on a recorded run. */
  private static final Set<String> READING =
      Set.of("analyze", "gate", "summary", "explain", "trace", "fleet");

  /** What the module fleet-spark tests. */
  private static final String ON_A_CLUSTER = "--master";

  @TempDir Path folder;

  private static List<Path> pages() throws IOException {
    try (Stream<Path> docs = Files.walk(HOME.resolve("docs"))) {
      return Stream.concat(
              Stream.of(HOME.resolve("README.md"), HOME.resolve("samples/README.md")),
              docs.filter(file -> file.toString().endsWith(".md")))
          .toList();
    }
  }

  /** One command of a page, without what a shell would do with its output. */
  private record Command(Path page, String verb, List<String> words) {
    static List<Command> of(Path page) throws IOException {
      List<Command> commands = new ArrayList<>();
      Matcher code = CODE.matcher(Files.readString(page));
      while (code.find()) {
        String text = code.group(1) == null ? code.group(2) : oneLineEach(code.group(1));
        Matcher command = COMMAND.matcher(text);
        while (command.find()) {
          commands.add(new Command(page, command.group(1), words(command.group(2))));
        }
      }
      return commands;
    }

    /** A line that begins with an option goes on with the one before it. */
    private static String oneLineEach(String text) {
      return text.replaceAll("\\\\\\n|\\n\\s+(?=--\\w)", " ");
    }

    private static List<String> words(String text) {
      return Stream.of(text.strip().split("\\s+")).filter(word -> !word.isEmpty()).toList();
    }

    CommandLine parsed(Verb of) throws ParseException {
      return parsed(of, words);
    }

    CommandLine parsed(Verb of, List<String> actual) throws ParseException {
      return new DefaultParser().parse(of.options(), actual.toArray(String[]::new), false);
    }

    @Override
    public String toString() {
      return HOME.relativize(page) + ": pinaudit " + verb + " " + String.join(" ", words);
    }
  }

  private static List<Command> commands() throws IOException {
    List<Command> commands = new ArrayList<>();
    for (Path page : pages()) {
      commands.addAll(Command.of(page));
    }
    assertTrue(commands.size() > 50, "only " + commands);
    return commands.stream().filter(command -> !command.verb().equals("help")).toList();
  }

  private static Verb verb(Command command) {
    Optional<Verb> verb =
        ServiceLoader.load(Verb.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(each -> each.name().equals(command.verb()))
            .findFirst();
    return verb.orElseGet(() -> fail(command + ": there is no such verb"));
  }

  @Test
  void nameVerbsAndOptionsThatExist() throws IOException {
    for (Command command : commands()) {
      assertDoesNotThrow(() -> command.parsed(verb(command)), command::toString);
    }
  }

  @Test
  void tellPeopleToTypeWhatWorksOnARecordedRun() throws Exception {
    Files.writeString(folder.resolve("pinaudit.suppressions"), "class=no.Such reason=none\n");
    Files.writeString(folder.resolve("pinaudit.baseline"), "");
    int run = 0;
    for (Command command : commands()) {
      if (READING.contains(command.verb())
          && !command.words().isEmpty()
          && !command.words().contains(ON_A_CLUSTER)) {
        read(command);
        run++;
      }
    }
    assertTrue(run > 15, "only " + run);
  }

  private void read(Command command) throws Exception {
    List<String> words = command.words().stream().map(this::here).toList();
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    int status =
        verb(command)
            .run(command.parsed(verb(command), words), new Console(nowhere, nowhere, false));
    assertNotEquals(ExitStatus.ERROR, status, command::toString);
  }

  /** A word of a page, in which runs are recorded ones and files lie in a folder of this test. */
  private String here(String word) {
    return switch (word.replaceFirst("…$", "")) {
      case "run", "RUN", "runs/load", "runs/tests", "samples/recorded-run" -> FIXTURE.toString();
      case "runs" -> FIXTURE.getParent().toString();
      case "tables" -> folder.resolve("tables").toString();
      case "app.jfr" -> FIXTURE.resolve("app.jfr").toString();
      case "trace.txt" -> FIXTURE.resolve("kernel.ftrace").toString();
      case "." -> HOME.toString();
      default -> file(word);
    };
  }

  private String file(String word) {
    int equals = word.indexOf('=');
    String name = word.substring(equals + 1);
    return name.matches("[\\w-]+\\.\\w+")
        ? word.substring(0, equals + 1) + folder.resolve(name)
        : word;
  }

  @Test
  void linkToWhatIsThere() throws IOException {
    for (Path page : pages()) {
      Matcher link = LINK.matcher(Files.readString(page));
      while (link.find()) {
        Path target = page.resolveSibling(link.group(1));
        assertTrue(Files.exists(target), HOME.relativize(page) + " links to " + link.group(1));
      }
    }
  }

  @Test
  void linkToSectionsThatAreThere() throws IOException {
    for (Path page : pages()) {
      Matcher link = OWN_SECTION.matcher(Files.readString(page));
      while (link.find()) {
        Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
        assertTrue(
            sections(target).contains(link.group(2)),
            HOME.relativize(page) + " links to " + link.group());
      }
    }
  }

  private static List<String> sections(Path page) throws IOException {
    return Files.readAllLines(page).stream()
        .filter(line -> line.startsWith("#"))
        .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
        .map(line -> line.replaceAll("[^\\w -]", "").replace(' ', '-'))
        .toList();
  }

  @Test
  void nameProgramsThatAreThere() throws IOException {
    for (Path page : pages()) {
      Matcher code = CODE.matcher(Files.readString(page));
      while (code.find()) {
        Matcher program = PROGRAM.matcher(code.group());
        while (program.find()) {
          String name = program.group().replaceFirst("[./]+$", "");
          assertTrue(
              name.matches(".*(target|NAME).*|" + ONLY_IN_A_RELEASE)
                  || Files.exists(HOME.resolve(name)),
              HOME.relativize(page) + " names " + name);
        }
      }
    }
  }

  /** The first page shows the report of a sample, cut short where it says so. */
  @Test
  void showAReportThatWasGiven() throws IOException {
    Matcher block =
        Pattern.compile("(?s)```\\n(F1 .*?)```")
            .matcher(Files.readString(HOME.resolve("README.md")));
    assertTrue(block.find());
    List<String> report =
        Files.readAllLines(HOME.resolve("samples/vmsplice-then-delete/expected-report.txt"));
    List<String> left = new ArrayList<>(report);
    for (String line : block.group(1).lines().filter(each -> !each.strip().equals("…")).toList()) {
      int at = left.indexOf(line);
      assertTrue(at >= 0, "not in the sample's report, or not there: " + line);
      left.subList(0, at + 1).clear();
    }
  }

  @Test
  void nameEveryRuleOnTheFirstPage() throws IOException {
    String page = Files.readString(HOME.resolve("README.md"));
    for (Hazard hazard : Hazard.values()) {
      String row = "| [%s](docs/rules/%s.md) | ".formatted(hazard.rule(), hazard.rule());
      assertTrue(page.contains(row), "no row for " + hazard.rule());
    }
  }

  @Test
  void beginWithAPageThatIsShort() throws IOException {
    int lines = Files.readAllLines(HOME.resolve("README.md")).size();
    assertTrue(lines <= 100, "README.md has " + lines + " lines, expected at most 100");
  }

  /** Without the blocks that a reader copies: what is to be read fits on a large screen. */
  @Test
  void haveATaskOnAScreen() throws IOException {
    String contents = Files.readString(HOME.resolve("docs/README.md"));
    String tasks = contents.substring(0, contents.indexOf("## Reference"));
    Set<String> pages =
        LINK.matcher(tasks)
            .results()
            .map(link -> link.group(1))
            .filter(page -> !page.equals("contributing.md"))
            .collect(Collectors.toCollection(TreeSet::new));
    assertTrue(pages.size() > 10, pages::toString);
    for (String page : pages) {
      String read =
          Files.readString(HOME.resolve("docs").resolve(page)).replaceAll("(?s)```.*?```\\n", "");
      long lines = read.lines().count();
      assertTrue(lines <= 60, page + " has " + lines + " lines, expected at most 60");
    }
  }
}
