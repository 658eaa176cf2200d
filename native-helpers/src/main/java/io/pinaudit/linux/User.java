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
 * @param uid its number
 * @param gid its first group
 * @param home its folder
 */
public record User(String name, int uid, int gid, String home) {
  /**
   * The user with that name or number.
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

  /** The owner of a file, who is called by number if this machine has no name for it. */
  public static User owning(Path file) throws IOException {
    int uid = (int) Files.getAttribute(file, "unix:uid");
    int gid = (int) Files.getAttribute(file, "unix:gid");
    String number = Integer.toString(uid);
    return Posix.user(number) == null ? new User(number, uid, gid, "/") : named(number);
  }

  /**
   * Who typed the command that made this process root: {@code SUDO_UID} and {@code SUDO_GID};
   * nobody if this process is not root or was not started through sudo.
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

  /** The words that run a command as this user, with its groups; only root can. */
  public List<String> command(List<String> words) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of("setpriv", "--reuid=" + uid, "--regid=" + gid, "--init-groups", "--"));
    all.addAll(words);
    return List.copyOf(all);
  }

  /** The variables by which programs find out who they run as. */
  public Map<String, String> environment() {
    return Map.of("HOME", home, "USER", name, "LOGNAME", name);
  }

  /** Gives a file, not what it links to, to this user. */
  public void own(Path file) throws IOException {
    Files.setAttribute(file, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
    Files.setAttribute(file, "unix:gid", gid, LinkOption.NOFOLLOW_LINKS);
  }
}
