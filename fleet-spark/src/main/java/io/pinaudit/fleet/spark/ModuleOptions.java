package io.pinaudit.fleet.spark;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/** Prints the options of a JVM that Spark runs in; the launcher asks. */
public final class ModuleOptions {
  private static final Pattern OPENS = Pattern.compile("--add-opens=([\\w.]+)/([\\w.]+)=.*");

  private ModuleOptions() {}

  /** Prints the options, separated by blanks. */
  public static void main(String[] args) {
    System.out.println(
        Stream.of(JavaModuleOptions.defaultModuleOptions().split(" "))
            .filter(ModuleOptions::isQuiet)
            .collect(Collectors.joining(" ")));
  }

  /**
   * Returns whether an option makes the JVM print no warning. It warns about packages that it no
   * longer has, and about incubating modules, which only Spark's linear algebra uses.
   */
  static boolean isQuiet(String option) {
    Matcher opens = OPENS.matcher(option);
    if (!opens.matches()) {
      return !option.startsWith("--add-modules=");
    }
    return ModuleLayer.boot()
        .findModule(opens.group(1))
        .map(module -> module.getPackages().contains(opens.group(2)))
        .orElse(false);
  }
}
