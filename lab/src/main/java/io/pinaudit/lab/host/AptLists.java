package io.pinaudit.lab.host;

import io.pinaudit.cli.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs apt with one set of sources. If apt does not know a package, or no longer finds it, the
 * lists are updated and the command is run again.
 */
final class AptLists {
  private static final Path ANYWHERE = Path.of("/");
  private static final String NO_ARCHIVE =
      "apt is set to no Debian archive, and the kernels are Debian's: use a Debian, or a container"
          + " of one";

  private static final Path KEYRING = Path.of("/usr/share/keyrings/debian-archive-keyring.gpg");

  private final Console console;
  // Empty for the machine's own sources.
  private final List<String> options;

  private AptLists(Console console, List<String> options) {
    this.console = console;
    this.options = options;
  }

  /** Uses the machine's own sources, which only root can update. */
  static AptLists ofMachine(Console console) {
    return new AptLists(console, List.of());
  }

  /**
   * Uses one suite of the Debian archive that the machine itself uses. The machine's own lists,
   * installed packages and preferences are ignored, and no root is needed.
   *
   * @param directory the folder for the lists
   */
  static AptLists ofSuite(String suite, Path directory, Console console)
      throws IOException, InterruptedException {
    Files.createDirectories(directory.resolve("lists/partial"));
    Path sources = directory.resolve("sources.list");
    String signedBy = Files.exists(KEYRING) ? "[signed-by=" + KEYRING + "] " : "";
    Files.writeString(sources, "deb " + signedBy + archive() + " " + suite + " main\n");
    return new AptLists(
        console,
        List.of(
            "-oDir::Etc::sourcelist=" + sources,
            "-oDir::Etc::sourceparts=/dev/null",
            "-oDir::Etc::preferences=/dev/null",
            "-oDir::Etc::preferencesparts=/dev/null",
            "-oDir::State::status=/dev/null",
            "-oDir::State::Lists=" + directory.resolve("lists"),
            "-oDir::Cache=" + directory,
            "-oAcquire::Languages=none"));
  }

  /** Returns the address of the Debian archive from this machine's configuration. */
  private static String archive() throws IOException, InterruptedException {
    return HostCommand.output(
            ANYWHERE,
            "apt-get",
            "indextargets",
            "--format",
            "$(REPO_URI)",
            "Created-By: Packages",
            "Label: Debian")
        .lines()
        .findFirst()
        .orElseThrow(() -> new IOException(NO_ARCHIVE));
  }

  /**
   * Runs an apt command and returns what it printed. If the command fails, updates the lists and
   * runs it once more.
   */
  String run(String... words) throws IOException, InterruptedException {
    HostCommand.Outcome first = tryOnce(ANYWHERE, words);
    if (first.succeeded()) {
      return first.output();
    }
    if (options.isEmpty() && !HostPackages.isRoot()) {
      throw new IOException(
          String.join(" ", words) + ": " + first.reason() + "; try apt-get update as root");
    }
    update();
    HostCommand.Outcome second = tryOnce(ANYWHERE, words);
    if (!second.succeeded()) {
      throw new IOException(String.join(" ", words) + ": " + second.reason());
    }
    return second.output();
  }

  /** Runs an apt command in a folder, once. */
  HostCommand.Outcome tryOnce(Path directory, String... words)
      throws IOException, InterruptedException {
    List<String> all = new ArrayList<>(List.of(words));
    all.addAll(1, options);
    return HostCommand.run(directory, all.toArray(String[]::new));
  }

  /** Fetches the package lists. */
  void update() throws IOException, InterruptedException {
    console.note("updating the package lists");
    HostCommand.Outcome outcome =
        tryOnce(
            ANYWHERE,
            "apt-get",
            "update",
            "-qq",
            "-oDPkg::Lock::Timeout=300",
            "-oAPT::Update::Error-Mode=any");
    if (!outcome.succeeded()) {
      throw new IOException("apt-get update: " + outcome.reason());
    }
  }
}
