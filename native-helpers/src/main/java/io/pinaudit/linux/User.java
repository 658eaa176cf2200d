package io.pinaudit.linux;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import jnr.posix.Passwd;

/**
 * A user of this machine, as getpwent(3) tells.
 *
 * @param name login name
 * @param uid number of the user
 * @param gid number of the user's first group
 * @param home the user's home folder
 */
public record User(String name, int uid, int gid, String home) {
  /**
   * Returns the user with a name or number.
   *
   * @throws IOException if there is none
   */
  public static User named(String name) throws IOException {
    Passwd entry = Posix.user(name);
    if (entry == null) {
      throw new IOException("no user '" + name + "' on this machine");
    }
    return new User(
        entry.getLoginName(), (int) entry.getUID(), (int) entry.getGID(), entry.getHome());
  }

  /**
   * Returns the owner of a file; the owner's name is the number if this machine has no name for it.
   */
  public static User owning(Path file) throws IOException {
    int uid = (int) Files.getAttribute(file, "unix:uid");
    int gid = (int) Files.getAttribute(file, "unix:gid");
    String number = Integer.toString(uid);
    return Posix.user(number) == null ? new User(number, uid, gid, "/") : named(number);
  }

  /**
   * Returns the user who started this process through sudo, by {@code SUDO_UID} and {@code
   * SUDO_GID}; empty if this process is not root or was not started through sudo.
   */
  public static Optional<User> behindSudo(Map<String, String> environment) throws IOException {
    String uid = environment.get("SUDO_UID");
    if (uid == null || !Posix.isRoot()) {
      return Optional.empty();
    }
    User user = named(uid);
    String gid = environment.getOrDefault("SUDO_GID", Integer.toString(user.gid));
    return Optional.of(new User(user.name, user.uid, number(gid), user.home));
  }

  private static int number(String gid) throws IOException {
    try {
      return Integer.parseInt(gid);
    } catch (NumberFormatException e) {
      throw new IOException("SUDO_GID '" + gid + "' is not a number", e);
    }
  }

  /**
   * Returns the words that run a command as this user, with the user's groups; only root can run
   * them.
   */
  public List<String> command(List<String> words) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--init-groups", "--"));
    all.addAll(words);
    return List.copyOf(all);
  }

  /** Returns the environment variables by which programs find out who they run as. */
  public Map<String, String> environment() {
    return Map.of("HOME", home, "USER", name, "LOGNAME", name);
  }

  /** Makes this user the owner of a file; does not follow a symbolic link. */
  public void own(Path file) throws IOException {
    Files.setAttribute(file, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(file, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
  }
}
