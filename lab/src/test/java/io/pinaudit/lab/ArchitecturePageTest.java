package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Holds the table of packages in docs/architecture.md against the packages and their imports. */
class ArchitecturePageTest {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([\\w-]+)` \\| (.*) \\|$");

  /** How a part of a row begins: with names of packages, or with the root of the module. */
  private static final Pattern PART =
      Pattern.compile("(the root)\\b|((?:`[\\w.]+`(?:, )?)+)(?: .*)?");

  private static final Pattern NAME = Pattern.compile("`([\\w.]+)`");
  private static final Pattern PACKAGE = Pattern.compile("(?m)^package ([\\w.]+);");
  private static final Pattern IMPORT =
      Pattern.compile("(?m)^import (?:static )?([a-z]\\w*(?:\\.[a-z]\\w*)*)\\.[A-Z]");

  private static final String ROOT = "";

  /** The rows of the table: of each module the packages, lowest first. */
  private static Map<String, List<String>> table() throws IOException {
    String page = Files.readString(HOME.resolve("docs/architecture.md"));
    Map<String, List<String>> table = new TreeMap<>();
    Matcher row = ROW.matcher(page.substring(page.indexOf("## Packages")));
    while (row.find()) {
      table.put(row.group(1), packages(row.group(2)));
    }
    return table;
  }

  private static List<String> packages(String row) {
    List<String> packages = new ArrayList<>();
    for (String part : row.split(" · ")) {
      Matcher matcher = PART.matcher(part);
      if (matcher.lookingAt() && matcher.group(1) != null) {
        packages.add(ROOT);
      } else if (matcher.matches()) {
        NAME.matcher(matcher.group(2)).results().map(name -> name.group(1)).forEach(packages::add);
      }
    }
    return packages;
  }

  /** Of each package of a module those that it imports, by their names within the module. */
  private static Map<String, Set<String>> imports(String module) throws IOException {
    Map<String, Set<String>> imports = new TreeMap<>();
    try (Stream<Path> files = Files.walk(HOME.resolve(module).resolve("src/main/java"))) {
      for (Path file : files.filter(file -> file.toString().endsWith(".java")).toList()) {
        String text = Files.readString(file);
        Matcher name = PACKAGE.matcher(text);
        if (name.find()) {
          Set<String> of = imports.computeIfAbsent(name.group(1), _ -> new TreeSet<>());
          IMPORT.matcher(text).results().map(found -> found.group(1)).forEach(of::add);
        }
      }
    }
    return within(imports);
  }

  private static Map<String, Set<String>> within(Map<String, Set<String>> imports) {
    String base = common(imports.keySet());
    Map<String, Set<String>> within = new TreeMap<>();
    imports.forEach(
        (name, of) -> {
          Set<String> used = new TreeSet<>(of);
          used.retainAll(imports.keySet());
          used.remove(name);
          Set<String> names = new TreeSet<>();
          used.forEach(each -> names.add(tail(each, base)));
          within.put(tail(name, base), names);
        });
    return within;
  }

  /** The longest name that is, or stands before, all packages of a module. */
  private static String common(Set<String> names) {
    String base = names.iterator().next();
    while (!allBelow(names, base)) {
      base = base.substring(0, base.lastIndexOf('.'));
    }
    return base;
  }

  private static boolean allBelow(Set<String> names, String base) {
    return names.stream().allMatch(name -> (name + ".").startsWith(base + "."));
  }

  private static String tail(String name, String base) {
    return name.equals(base) ? ROOT : name.substring(base.length() + 1);
  }

  @Test
  void namesEveryPackageOfItsModules() throws IOException {
    Map<String, List<String>> table = table();
    assertFalse(table.isEmpty());
    for (var row : table.entrySet()) {
      assertEquals(
          imports(row.getKey()).keySet(), new TreeSet<>(row.getValue()), "module " + row.getKey());
    }
  }

  @Test
  void putsEachPackageAfterThoseThatItUses() throws IOException {
    List<String> wrong = new ArrayList<>();
    for (var row : table().entrySet()) {
      List<String> order = row.getValue();
      imports(row.getKey())
          .forEach(
              (name, used) ->
                  used.stream()
                      .filter(each -> order.indexOf(each) > order.indexOf(name))
                      .forEach(each -> wrong.add(row.getKey() + ": " + name + " uses " + each)));
    }
    assertEquals(List.of(), wrong);
  }
}
