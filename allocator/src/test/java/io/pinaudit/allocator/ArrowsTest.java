package io.pinaudit.allocator;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The arrows inside the allocator, which is one package, and those that leave it. */
class ArrowsTest {
  private static final String HOME = "io.pinaudit.allocator";

  /** So many classes, which need each other to say what a pin is, may be one circle. */
  private static final int LARGEST_CIRCLE = 8;

  /** From the lowest to the highest: a group uses those below it only. */
  private static final Map<String, Set<String>> GROUPS = new LinkedHashMap<>();

  static {
    GROUPS.put(
        "ground",
        Set.of(
            "Completion",
            "CorruptPoolException",
            "PoolFullException",
            "RegularFile",
            "FreeDeferredEvent",
            "LogRewriteEvent",
            "PinOverdueEvent",
            "PinWaitEvent"));
    GROUPS.put(
        "storage",
        Set.of(
            "Durable",
            "ExtentLog",
            "Fragmentation",
            "FreeMap",
            "LogRecord",
            "Mapper",
            "Mapping",
            "Medium",
            "PoolFile",
            "PoolImage",
            "Region",
            "Superblock"));
    GROUPS.put(
        "options",
        Set.of("LeaseState", "PinOptions", "PinPolicy", "PinReport", "PoolOptions", "Transfer"));
    GROUPS.put(
        "lease",
        Set.of(
            "CopyBuffers",
            "CopyOfRange",
            "CountedPin",
            "Holders",
            "Lease",
            "NotedPin",
            "Overdue",
            "Pin",
            "PinGate",
            "Places",
            "Retry",
            "Roster",
            "StillPinnedException",
            "Trail"));
    GROUPS.put(
        "pool",
        Set.of(
            "BlockReturn",
            "Changes",
            "Extent",
            "ExtentMap",
            "ExtentPool",
            "FreedExtents",
            "PoolLife",
            "PoolNumbers",
            "PoolParts",
            "Shards",
            "Space"));
    GROUPS.put(
        "file and arena",
        Set.of("DeferredActions", "MappingCache", "PinnedArena", "PinnedFile", "RangeLease"));
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

  private static String groupOf(JavaClass type) {
    return GROUPS.entrySet().stream()
        .filter(group -> group.getValue().contains(outermost(type)))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElse("none");
  }

  @Test
  void everyClassHasAGroup() {
    Set<String> grouped = new TreeSet<>();
    GROUPS.values().forEach(grouped::addAll);
    Set<String> all = new TreeSet<>();
    classes.forEach(type -> all.add(outermost(type)));
    all.remove("package-info");
    assertEquals(grouped, all);
  }

  @Test
  void groupsUseThoseBelowThem() {
    List<String> order = List.copyOf(GROUPS.keySet());
    for (String group : order) {
      noClasses()
          .that(describe("are of " + group, type -> groupOf(type).equals(group)))
          .should()
          .dependOnClassesThat(
              describe(
                  "are of a higher group",
                  type -> isHome(type) && order.indexOf(groupOf(type)) > order.indexOf(group)))
          .check(classes);
    }
  }

  @Test
  void groupsHaveNoCircle() {
    slices()
        .assignedFrom(
            new SliceAssignment() {
              @Override
              public SliceIdentifier getIdentifierOf(JavaClass type) {
                return isHome(type) ? SliceIdentifier.of(groupOf(type)) : SliceIdentifier.ignore();
              }

              @Override
              public String getDescription() {
                return "groups";
              }
            })
        .should()
        .beFreeOfCycles()
        .check(classes);
  }

  @Test
  void noCircleOfClassesIsLarge() {
    Map<String, Set<String>> uses = new HashMap<>();
    for (JavaClass type : classes) {
      Set<String> used = uses.computeIfAbsent(outermost(type), name -> new HashSet<>());
      type.getDirectDependenciesFromSelf().stream()
          .map(arrow -> arrow.getTargetClass().getBaseComponentType())
          .filter(ArrowsTest::isHome)
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
                        && !isHome(type)
                        && !type.getPackageName().equals("io.pinaudit.linux")))
        .check(classes);
  }
}
