package io.pinaudit.agent.table;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.agent.BootClasses;
import io.pinaudit.agent.boot.Dispatcher;
import io.pinaudit.events.TimedEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Name;
import org.junit.jupiter.api.Test;

class HookTableTest {
  /** A test of a whole JVM would have to mount a file system, and fill it. */
  private static final Set<String> SEEN_BY_NONE = Set.of("FullFileSystem");

  @Test
  void fitsIntoTheDispatcher() {
    assertTrue(HookTable.POINTS.size() <= Dispatcher.CAPACITY);
  }

  @Test
  void namesEachMethodOnce() {
    Set<String> methods = new HashSet<>();
    for (HookPoint point : HookTable.POINTS) {
      String method = point.className() + "." + point.key();
      assertTrue(methods.add(method), method);
    }
  }

  @Test
  void definesEveryEventInTheBootLoader() throws IOException, URISyntaxException {
    Set<String> defined = new HashSet<>(BootClasses.events());
    assertEquals(eventClasses(), defined);
  }

  private static Set<String> recordedEvents() throws IOException, URISyntaxException {
    Set<String> recorded = new HashSet<>();
    for (String name : eventClasses()) {
      Class<?> type = event(name);
      if (TimedEvent.class.isAssignableFrom(type) && type.isAnnotationPresent(Name.class)) {
        recorded.add(name);
      }
    }
    return recorded;
  }

  private static Class<?> event(String name) {
    try {
      return Class.forName(TimedEvent.class.getPackageName() + "." + name);
    } catch (ClassNotFoundException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void hasARowOnThePageForEveryEvent() throws IOException, URISyntaxException {
    String page = Files.readString(Path.of("../docs/agent.md"));
    for (String event : recordedEvents()) {
      assertTrue(
          Pattern.compile("(?m)^\\|.*\\b" + event + "\\b.*\\|$").matcher(page).find(),
          "docs/agent.md has no row with " + event);
    }
  }

  /** Otherwise it may never be written, or with another's fields. */
  @Test
  void hasATestOfAWholeJvmForEveryEvent() throws IOException, URISyntaxException {
    StringBuilder tests = new StringBuilder();
    try (Stream<Path> files = Files.list(Path.of("src/test/java/io/pinaudit/agent"))) {
      for (Path file : files.filter(one -> one.toString().endsWith("IT.java")).toList()) {
        tests.append(Files.readString(file));
      }
    }
    Set<String> events = recordedEvents();
    events.removeAll(SEEN_BY_NONE);
    for (String event : events) {
      assertTrue(tests.indexOf("\"" + event) >= 0, "no *IT of the agent looks for " + event);
    }
  }

  private static Set<String> eventClasses() throws IOException, URISyntaxException {
    URI place = TimedEvent.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    Path path = Path.of(place);
    if (Files.isDirectory(path)) {
      return names(path.resolve("io/pinaudit/events"));
    }
    try (FileSystem jar = FileSystems.newFileSystem(path)) {
      return names(jar.getPath("io/pinaudit/events"));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".class") && !name.equals("package-info.class"))
          .map(name -> name.substring(0, name.length() - ".class".length()))
          .collect(Collectors.toSet());
    }
  }
}
