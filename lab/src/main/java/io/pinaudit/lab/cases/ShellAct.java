package io.pinaudit.lab.cases;

import static java.util.Map.entry;

import io.pinaudit.samples.NativeCall;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * A shell command of another process. It finds the file's name in {@code $f}, its folder in {@code
 * $d}, another name in {@code $o}, a small file in {@code $s}, and in {@code $n} the number of a
 * descriptor of the file that the JVM, its parent, has open.
 *
 * @param culprit the program that makes the file shorter, if one does
 * @param commands run one after the other, with a look at the mapping after each
 */
record ShellAct(String culprit, List<String> commands) implements CachedAct {
  /** All of them, by their names in the table. */
  static final Map<String, ShellAct> ALL =
      Map.ofEntries(
          // Acts that cut a file.
          of("redirect", "sh", ": > \"$f\""),
          of("truncate", "truncate", "truncate -s 8192 \"$f\""),
          of("cp", "cp", "cp \"$s\" \"$f\""),
          of("dd", "dd", "dd if=\"$s\" of=\"$f\" bs=4096 count=1 2>/dev/null"),
          of("tee", "tee", "tee \"$f\" < \"$s\" > /dev/null"),
          of("copytruncate", "sh", "cp \"$f\" \"$f.1\"; : > \"$f\""),
          of("proc-fd", "sh", ": > /proc/$PPID/fd/$n"),
          of("hard-link", "sh", "ln \"$f\" \"$f.l\"; : > \"$f.l\""),
          of("symlink", "sh", "ln -s data \"$f.s\"; : > \"$f.s\""),
          of("collapse", "fallocate", "fallocate -c -o 0 -l 49152 \"$f\""),
          of("other-name", "sh", ": > \"$o\""),
          of("renamed", "sh", "mv \"$f\" \"$f.old\"; : > \"$f.old\""),
          of("deleted", "sh", "rm \"$f\"; : > /proc/$PPID/fd/$n"),
          of("regrown", "truncate", "truncate -s 4096 \"$f\"", "truncate -s 98304 \"$f\""),
          of(
              "mount-namespace",
              "sh",
              "unshare -m sh -c 'mount --bind \"$d\" /mnt && : > /mnt/data'"),
          of(
              "pid-namespace",
              "truncate",
              "unshare -m -p -f --mount-proc sh -c 'truncate -s 0 \"$f\"; true'"),
          // Acts that only look like a cut.
          of("move-over", "", "cp \"$s\" \"$f.n\"; mv \"$f.n\" \"$f\""),
          of("rm", "", "rm \"$f\""),
          of("sed", "", "sed -i s/A/C/ \"$f\""),
          of("remove-destination", "", "cp --remove-destination \"$s\" \"$f\""),
          of("append", "", "cat \"$s\" >> \"$f\""),
          of("notrunc", "", "dd if=\"$s\" of=\"$f\" bs=4096 count=1 conv=notrunc 2>/dev/null"),
          of("grow", "", "truncate -s +8192 \"$f\""),
          of("tail-bytes", "", "truncate -s 98204 \"$f\""),
          of("beyond-head", "", "truncate -s 16384 \"$f\""),
          of("punch", "", "fallocate -p -o 4096 -l 40960 \"$f\""),
          of("insert", "", "fallocate -i -o 0 -l 8192 \"$f\""),
          of("zero", "", "fallocate -z -o 4096 -l 40960 \"$f\""),
          of("copy-cut", "", "cp \"$f\" \"$f.c\"; : > \"$f.c\""),
          of("reflink-cut", "", "cp --reflink=always \"$f\" \"$f.c\"; : > \"$f.c\""),
          of(
              "snapshot-cut",
              "",
              "cd \"$d/..\"; btrfs -q subvolume snapshot . snapshot; : >"
                  + " \"snapshot/${d##*/}/data\""),
          of(
              "hidden",
              "",
              "unshare -m sh -c 'mount -t tmpfs none \"$d\" && truncate -s 98304 \"$f\" && : >"
                  + " \"$f\"'"),
          of("cut-before-rename", "", ": > \"$f.n\"; mv \"$f.n\" \"$f\"; : > \"$f\""));

  private static Map.Entry<String, ShellAct> of(String name, String culprit, String... commands) {
    return entry(name, new ShellAct(culprit, List.of(commands)));
  }

  @Override
  public void act(CachedScene scene) throws IOException, InterruptedException {
    long descriptor = NativeCall.of("open", NativeCall.text(scene.file.toString()), 0);
    try {
      for (String command : commands) {
        run(command, scene, descriptor);
        scene.look();
      }
    } finally {
      NativeCall.of("close", (int) descriptor);
    }
  }

  /** Runs one command as a child of this JVM. */
  static void run(String command, CachedScene scene, long descriptor)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("sh", "-c", command);
    Map<String, String> environment = builder.environment();
    environment.put("f", scene.file.toString());
    environment.put("d", scene.file.getParent().toString());
    environment.put("o", scene.other.toString());
    environment.put("s", scene.small.toString());
    environment.put("n", Long.toString(descriptor));
    int status = builder.redirectErrorStream(true).inheritIO().start().waitFor();
    if (status != 0) {
      throw new IOException(command + " ended with status " + status);
    }
  }
}
