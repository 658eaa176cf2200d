package io.pinaudit.analyzer.jfr;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.trace.JavaCall;
import io.pinaudit.analyzer.trace.Use;
import io.pinaudit.analyzer.trace.Word;
import io.pinaudit.events.DaxMounts;
import io.pinaudit.events.FileEvent;
import io.pinaudit.events.FullFileSystem;
import io.pinaudit.events.HazardFound;
import io.pinaudit.events.HookCoverage;
import io.pinaudit.events.MappingCheck;
import io.pinaudit.events.NativeCall;
import io.pinaudit.events.RecordingLoss;
import io.pinaudit.events.TimedEvent;
import io.pinaudit.events.UnresolvedRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import jdk.jfr.Name;
import jdk.jfr.Recording;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every event that the agent can commit, recorded and read again. */
class EventContractTest {
  /** What the agent tells of itself. */
  private static final Set<Class<?>> BOOKKEEPING =
      Set.of(
          DaxMounts.class,
          FullFileSystem.class,
          HazardFound.class,
          HookCoverage.class,
          RecordingLoss.class,
          UnresolvedRequest.class);

  /** Calls of functions that no effect is known of. */
  private static final Set<Class<?>> WITHOUT_EFFECT = Set.of(NativeCall.class);

  /** What no rule and no report has a use for; people read it in JDK Mission Control. */
  private static final Map<String, Set<String>> UNUSED =
      Map.of(
          "FileMap",
          Set.of("mappedDeviceMajor", "mappedDeviceMinor", "mappedInode"),
          "LiveMapping",
          Set.of("mappedDeviceMajor", "mappedDeviceMinor", "mappedInode"),
          "RangeDeallocate",
          Set.of("oldSizeBytes", "newSizeBytes"),
          "FileTransfer",
          Set.of("sourceOffsetBytes", "targetOffsetBytes", "lengthBytes", "resultBytes"),
          "NativeCall",
          Set.of("arguments", "result"),
          "MappingCheck",
          Set.of("pageAddress"));

  /** The fields that have one of a closed set of words, by event, each with one of its words. */
  private static final Map<String, Map<String, Word>> WORDS =
      Map.of(
          "Intervention",
          Map.of("mode", JavaCall.Mode.FAIL, "done", JavaCall.Deed.KEPT, "subject", Use.STORAGE),
          "MappingCheck",
          Map.of("page", JavaCall.Page.GONE),
          "MeetingWait",
          Map.of(
              "side",
              JavaCall.Side.TAKES,
              "outcome",
              JavaCall.WaitEnd.INTERRUPTED,
              "first",
              JavaCall.Side.HANDS,
              "subject",
              Use.BUFFER));

  @TempDir private Path folder;

  static List<Class<? extends TimedEvent>> calls() throws Exception {
    return all().stream().filter(type -> !BOOKKEEPING.contains(type)).toList();
  }

  /** All event classes of the module, wherever it is loaded from. */
  private static List<Class<? extends TimedEvent>> all() throws Exception {
    URI location = TimedEvent.class.getProtectionDomain().getCodeSource().getLocation().toURI();
    if (Files.isDirectory(Path.of(location))) {
      return in(Path.of(location));
    }
    try (FileSystem jar = FileSystems.newFileSystem(Path.of(location))) {
      return in(jar.getPath("/"));
    }
  }

  private static List<Class<? extends TimedEvent>> in(Path root) throws Exception {
    List<Class<? extends TimedEvent>> events = new ArrayList<>();
    String packageName = TimedEvent.class.getPackageName();
    try (Stream<Path> files = Files.list(root.resolve(packageName.replace('.', '/')))) {
      for (String file : files.map(path -> path.getFileName().toString()).sorted().toList()) {
        String name = packageName + "." + file.replace(".class", "");
        Class<?> type = file.contains("-") ? Object.class : Class.forName(name);
        if (TimedEvent.class.isAssignableFrom(type) && !Modifier.isAbstract(type.getModifiers())) {
          events.add(type.asSubclass(TimedEvent.class));
        }
      }
    }
    return events;
  }

  @Test
  void everyEventStandsForACallOrIsBookkeeping() throws Exception {
    assertTrue(all().size() > BOOKKEEPING.size());
    assertTrue(all().containsAll(BOOKKEEPING));
    for (Class<? extends TimedEvent> type : all()) {
      String name = type.getAnnotation(Name.class).value();
      assertEquals(TimedEvent.PREFIX + type.getSimpleName(), name);
      boolean isCall = !BOOKKEEPING.contains(type);
      assertEquals(isCall, CallType.isCall(name), name);
    }
  }

  /** Each field has a value of its own, which has to be in the call that is read. */
  @ParameterizedTest
  @MethodSource("calls")
  void everyFieldOfACallIsReadOrDeclaredUnused(Class<? extends TimedEvent> type) throws Exception {
    TimedEvent event = type.getConstructor().newInstance();
    Map<String, String> values = filled(event);
    JavaCall call = recorded(event).calls().iterator().next();
    assertEquals(WITHOUT_EFFECT.contains(type), call.effect() instanceof JavaCall.Other);
    String read = "length " + length(call.effect()) + " of " + call;
    Set<String> unread =
        values.entrySet().stream()
            .filter(field -> !read.contains(field.getValue()))
            .map(Map.Entry::getKey)
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(
        new TreeSet<>(UNUSED.getOrDefault(type.getSimpleName(), Set.of())),
        unread,
        () -> "fields that are not in " + read);
  }

  /** A range prints its last byte, and not its length. */
  private static long length(JavaCall.Effect effect) {
    return switch (effect) {
      case JavaCall.Mapped mapped -> mapped.range().length();
      case JavaCall.StillMapped mapped -> mapped.range().length();
      case JavaCall.Deallocated cut -> cut.range().length();
      case JavaCall.Transferred transfer -> transfer.bufferRange().length();
      case JavaCall.Pinned pin -> pin.bufferRange().length();
      case JavaCall.FoundShort found -> found.range().length();
      case JavaCall.Freed freed -> freed.request().memory().length();
      case JavaCall.Unmapped range -> range.length();
      case JavaCall.Waited waited -> waited.range().length();
      case JavaCall.Guarded guarded -> guarded.range().length();
      case JavaCall.Truncated _,
          JavaCall.Deleted _,
          JavaCall.Closed _,
          JavaCall.TransferEnded _,
          JavaCall.Unpinned _,
          JavaCall.Renamed _,
          JavaCall.Copied _,
          JavaCall.ThreadOrdered _,
          JavaCall.Unread _,
          JavaCall.Other _ ->
          -1;
    };
  }

  private static Map<String, String> filled(TimedEvent event) throws IllegalAccessException {
    Map<String, String> values = new LinkedHashMap<>();
    int next = 70_001;
    for (Field field : event.getClass().getFields()) {
      if (!Modifier.isStatic(field.getModifiers())) {
        next++;
        switch (field.getType().getName()) {
          case "long" -> field.setLong(event, next);
          case "int" -> field.setInt(event, next);
          case "boolean" -> field.setBoolean(event, true);
          default -> field.set(event, word(event, field.getName()).orElse("text" + next));
        }
        String value = field.get(event).toString();
        values.put(
            field.getName(),
            word(event, field.getName()).map(word -> word.toUpperCase(Locale.ROOT)).orElse(value));
      }
    }
    return values;
  }

  private static Optional<String> word(TimedEvent event, String field) {
    return Optional.ofNullable(
            WORDS.getOrDefault(event.getClass().getSimpleName(), Map.of()).get(field))
        .map(Word::word);
  }

  /** Each word that an event declares is a constant of its own of the analyzer, and no more are. */
  @Test
  void knowsEachWordOfEachEvent() throws Exception {
    Map<String, List<String>> declared = new TreeMap<>();
    for (Class<? extends TimedEvent> type : all()) {
      declared.put(type.getSimpleName(), declaredWords(type));
    }
    declared.values().removeIf(List::isEmpty);
    Map<String, List<String>> known = new TreeMap<>();
    WORDS.forEach(
        (type, fields) ->
            known.put(
                type,
                fields.values().stream()
                    .map(word -> ((Enum<?>) word).getDeclaringClass())
                    .distinct()
                    .filter(words -> words != Use.class)
                    .flatMap(words -> Stream.of(words.getEnumConstants()))
                    .map(word -> ((Word) word).word())
                    .sorted()
                    .toList()));
    assertEquals(known, declared);
    assertEquals(
        Stream.of(Use.values()).map(Use::word).sorted().toList(), declaredWords(FileEvent.class));
  }

  private static List<String> declaredWords(Class<?> type) throws IllegalAccessException {
    List<String> words = new ArrayList<>();
    for (Field field : type.getDeclaredFields()) {
      if (field.getType() == String.class
          && Modifier.isStatic(field.getModifiers())
          && !Set.of("NAME", "PREFIX").contains(field.getName())) {
        words.add((String) field.get(null));
      }
    }
    Collections.sort(words);
    return words;
  }

  @Test
  void takesNoWordForAnother() throws IOException {
    MappingCheck check = new MappingCheck();
    check.page = "frozen";
    JavaCall call = recorded(check).calls().iterator().next();
    assertEquals(new JavaCall.Unread("page", "frozen"), call.effect());
    String gaps = Audit.of(Inputs.of(List.of(folder))).verdict().toString();
    assertTrue(
        gaps.contains("1 calls could not be read") && gaps.contains("page \"frozen\""), gaps);
  }

  private JfrRecording recorded(TimedEvent... events) {
    try (Recording recording = new Recording()) {
      Path file = folder.resolve("events.jfr");
      for (TimedEvent event : events) {
        recording.enable(event.getClass());
      }
      recording.start();
      for (TimedEvent event : events) {
        event.commit();
      }
      recording.dump(file);
      return JfrReader.read(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** As a later agent may commit. */
  @Name("pinaudit.NeverHeardOf")
  static final class NeverHeardOf extends TimedEvent {}

  @Test
  void tellsOfEventsThatItDoesNotKnow() {
    JfrRecording recording = recorded(new NeverHeardOf(), new NeverHeardOf());
    assertEquals(List.of(), List.copyOf(recording.calls()));
    assertTrue(
        recording
            .problems()
            .contains("events.jfr: 2 events of the unknown type pinaudit.NeverHeardOf"),
        recording.problems()::toString);
  }
}
