package io.pinaudit.allocator;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.Source;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * The arrows between the allocator's packages, inside the one for users, and those that leave it.
 */
class ArrowsTest {
  private static final String HOME = "io.pinaudit.allocator";

  /** So many classes, which need each other to say what a pin is, may be one circle. */
  private static final int LARGEST_CIRCLE = 6;

  /** No package has more files. */
  private static final int MOST_FILES = 35;

  /** From the lowest to the highest; a subject uses those below it only. */
  private static final Map<String, Set<String>> SUBJECTS = new LinkedHashMap<>();

  static {
    SUBJECTS.put(
        "options",
        Set.of(
            "CorruptPoolException",
            "PinOptions",
            "PinPolicy",
            "PinReport",
            "PoolFullException",
            "PoolOptions",
            "Transfer"));
    SUBJECTS.put(
        "lease",
        Set.of(
            "CountedPin",
            "Holders",
            "Lease",
            "NotedPin",
            "Overdue",
            "Pin",
            "StillPinnedException"));
    SUBJECTS.put(
        "pool",
        Set.of(
            "Changes",
            "Extent",
            "ExtentLogs",
            "ExtentMap",
            "ExtentPool",
            "ExtentPoolMXBean",
            "Fragmentation",
            "FreedExtents",
            "PoolExtents",
            "PoolLife",
            "PoolMonitor",
            "PoolNumbers",
            "PoolParts",
            "PoolShrink",
            "PoolWorks",
            "RingBuffers"));
    SUBJECTS.put(
        "file and arena", Set.of("DeferredActions", "PinnedArena", "PinnedFile", "RangeLease"));
  }

  private final JavaClasses classes =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages(HOME);

  private static String outermost(JavaClass type) {
    String name = type.getName().substring(HOME.length() + 1);
    int nested = name.indexOf('$');
    return nested < 0 ? name : name.substring(0, nested);
  }

  private static boolean isHome(JavaClass type) {
    return type.getPackageName().equals(HOME);
  }

  private static boolean isOurs(JavaClass type) {
    return type.getPackageName().startsWith(HOME);
  }

  private static String subjectOf(JavaClass type) {
    return SUBJECTS.entrySet().stream()
        .filter(group -> group.getValue().contains(outermost(type)))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("none");
  }

  @Test
  void noPackageIsLarge() {
    Map<String, Set<String>> files = new TreeMap<>();
    classes.forEach(
        type ->
            files.computeIfAbsent(type.getPackageName(), name -> new TreeSet<>()).add(file(type)));
    assertEquals(Set.of(HOME, HOME + ".event", HOME + ".hold", HOME + ".storage"), files.keySet());
    files.forEach((name, all) -> assertTrue(all.size() <= MOST_FILES, name + ": " + all));
  }

  private static String file(JavaClass type) {
    return type.getSource().flatMap(Source::getFileName).orElseThrow();
  }

  @Test
  void packagesUseThoseBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("event")
        .definedBy(HOME + ".event")
        .layer("hold")
        .definedBy(HOME + ".hold")
        .layer("storage")
        .definedBy(HOME + ".storage")
        .layer("users")
        .definedBy(HOME)
        .whereLayer("event")
        .mayNotAccessAnyLayer()
        .whereLayer("hold")
        .mayNotAccessAnyLayer()
        .whereLayer("storage")
        .mayOnlyAccessLayers("hold")
        .whereLayer("users")
        .mayNotBeAccessedByAnyLayer()
        .check(classes);
  }

  @Test
  void everyClassHasASubject() {
    Set<String> known = new TreeSet<>();
    SUBJECTS.values().forEach(known::addAll);
    Set<String> all = new TreeSet<>();
    classes.stream().filter(ArrowsTest::isHome).forEach(type -> all.add(outermost(type)));
    all.remove("package-info");
    assertEquals(known, all);
  }

  @Test
  void subjectsUseThoseBelowThem() {
    List<String> order = List.copyOf(SUBJECTS.keySet());
    for (String subject : order) {
      noClasses()
          .that(
              describe(
                  "are of " + subject, type -> isHome(type) && subjectOf(type).equals(subject)))
          .should()
          .dependOnClassesThat(
              describe(
                  "are of a higher subject",
                  type -> isHome(type) && order.indexOf(subjectOf(type)) > order.indexOf(subject)))
          .check(classes);
    }
  }

  @Test
  void noCircleOfClassesIsLarge() {
    Map<String, Set<String>> uses = new HashMap<>();
    for (JavaClass type : classes) {
      Set<String> used = uses.computeIfAbsent(outermost(type), name -> new HashSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(arrow -> arrow.getTargetClass().getBaseComponentType())
          .filter(ArrowsTest::isOurs)
          .forEach(target -> used.add(outermost(target)));
    }
    for (String from : uses.keySet()) {
      Set<String> circle = new TreeSet<>(reached(from, uses));
      circle.removeIf(other -> !reached(other, uses).contains(from));
      assertTrue(circle.size() <= LARGEST_CIRCLE, circle::toString);
    }
  }

  private static Set<String> reached(String from, Map<String, Set<String>> uses) {
    Set<String> reached = new HashSet<>();
    Set<String> next = uses.get(from);
    while (!next.isEmpty()) {
      Set<String> further = new HashSet<>();
      next.stream().filter(reached::add).forEach(one -> further.addAll(uses.get(one)));
      next = further;
    }
    return reached;
  }

  @Test
  void ofOtherModulesOnlyLinuxIsUsed() {
    noClasses()
        .should()
        .dependOnClassesThat(
            describe(
                "are pinaudit's, but neither the allocator's nor in io.pinaudit.linux",
                type ->
                    type.getPackageName().startsWith("io.pinaudit")
                        && !isOurs(type)
                        && !type.getPackageName().equals("io.pinaudit.linux")))
        .check(classes);
  }
}
