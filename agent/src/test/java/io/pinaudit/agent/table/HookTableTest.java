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
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class HookTableTest {
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
