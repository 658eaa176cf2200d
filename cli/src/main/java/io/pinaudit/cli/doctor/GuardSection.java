package io.pinaudit.cli.doctor;

import io.pinaudit.run.Mount;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reports what the agent's guard can do on this kernel, with these file systems. */
final class GuardSection implements Section {
  // "6.1.0-38-amd64"
  private static final Pattern RELEASE = Pattern.compile("(\\d+)\\.(\\d+).*");
  private static final int WAITS_MAJOR = 6;
  private static final int WAITS_MINOR = 15;

  private final String kernelRelease;
  private final List<Mount> mounts;

  GuardSection(String kernelRelease, List<Mount> mounts) {
    this.kernelRelease = kernelRelease;
    this.mounts = mounts;
  }

  @Override
  public String title() {
    return "Guard";
  }

  @Override
  public List<Check> checks() {
    List<Check> checks = new ArrayList<>();
    checks.add(
        Check.ok(
            "guard=fail and guard=wait:MS can step in on any kernel and file system, from JDK 17"));
    checks.add(keep());
    checks.add(
        Check.note("guard=keep needs JDK 22 or later to keep files; on older ones cuts wait"));
    return checks;
  }

  private Check keep() {
    if (mounts.stream().noneMatch(Mount::dax)) {
      return Check.note(
          "guard=keep: no file system is mounted with DAX; cuts wait, and nothing else is needed");
    }
    Matcher release = RELEASE.matcher(kernelRelease);
    if (!release.matches()) {
      return Check.note("guard=keep: what kernel " + kernelRelease + " does is not known");
    }
    int major = Integer.parseInt(release.group(1));
    int minor = Integer.parseInt(release.group(2));
    boolean waits = major > WAITS_MAJOR || major == WAITS_MAJOR && minor >= WAITS_MINOR;
    return Check.ok(
        waits
            ? "guard=keep: kernel %s waits for pins by itself, without an end; deletes return at once"
                .formatted(kernelRelease)
            : "guard=keep: kernel %s frees pinned blocks of files that nobody has mapped; they stay"
                .formatted(kernelRelease));
  }
}
