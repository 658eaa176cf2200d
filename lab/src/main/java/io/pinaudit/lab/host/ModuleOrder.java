package io.pinaudit.lab.host;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The order in which to load kernel modules, from depmod's {@code modules.dep} and the kernel's
 * {@code modules.builtin}.
 *
 * <p>A line of modules.dep is {@code kernel/fs/ext4/ext4.ko: kernel/fs/jbd2/jbd2.ko
 * kernel/fs/mbcache.ko}. It lacks soft dependencies (ext4 asks for crc32c): name them before the
 * module.
 */
public final class ModuleOrder {
  private final Map<String, List<String>> dependencies = new HashMap<>();
  private final Map<String, String> fileByName = new HashMap<>();
  private final Set<String> builtin = new LinkedHashSet<>();

  ModuleOrder(Stream<String> modulesDep, Stream<String> modulesBuiltin) {
    modulesDep.forEach(this::addDependencies);
    modulesBuiltin.forEach(file -> builtin.add(name(file)));
  }

  private void addDependencies(String line) {
    int colon = line.indexOf(':');
    if (colon < 0) {
      return;
    }
    String file = line.substring(0, colon);
    fileByName.put(name(file), file);
    String needed = line.substring(colon + 1).strip();
    dependencies.put(file, needed.isEmpty() ? List.of() : List.of(needed.split("\\s+")));
  }

  /** Returns whether the kernel has a module, loadable or built in. */
  public boolean knows(String module) {
    return fileByName.containsKey(canonical(module)) || builtin.contains(canonical(module));
  }

  /**
   * Returns the files to load: each after those that it depends on, none twice, otherwise in the
   * given order. Modules that are built in have no file.
   *
   * @throws IllegalArgumentException if the kernel does not have one of them
   */
  public List<String> filesFor(List<String> modules) {
    Set<String> files = new LinkedHashSet<>();
    for (String module : modules) {
      file(canonical(module)).ifPresent(file -> addWithDependencies(file, files));
    }
    return new ArrayList<>(files);
  }

  private Optional<String> file(String module) {
    String file = fileByName.get(module);
    if (file == null && !builtin.contains(module)) {
      throw new IllegalArgumentException("the kernel has no module '" + module + "'");
    }
    return Optional.ofNullable(file);
  }

  private void addWithDependencies(String file, Set<String> files) {
    if (files.contains(file)) {
      return;
    }
    for (String needed : dependencies.getOrDefault(file, List.of())) {
      addWithDependencies(needed, files);
    }
    files.add(file);
  }

  /**
   * Returns the module's name: {@code kernel/arch/x86/crypto/crc32c-intel.ko} is {@code
   * crc32c_intel}.
   */
  private static String name(String file) {
    String last = file.substring(file.lastIndexOf('/') + 1);
    int dot = last.indexOf('.');
    return canonical(dot < 0 ? last : last.substring(0, dot));
  }

  private static String canonical(String module) {
    return module.replace('-', '_');
  }
}
