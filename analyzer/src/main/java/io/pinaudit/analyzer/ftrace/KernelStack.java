package io.pinaudit.analyzer.ftrace;

import io.pinaudit.analyzer.trace.Operation;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names the system call that a stack of the kernel's functions began with. */
final class KernelStack {
  /**
   * {@code do_sys_ftruncate.constprop.0+313}, {@code __x64_sys_fallocate+72}, {@code do_unlinkat+…}
   */
  private static final Pattern SYSCALL =
      Pattern.compile(
          "\\b(?:__x64_sys_|__do_sys_|__se_sys_|ksys_|do_sys_|do_)"
              + "(ftruncate|truncate|fallocate|unlinkat|unlink|renameat2|openat2?|munmap|exit|umount)\\b");

  private KernelStack() {}

  /**
   * Returns the system call.
   *
   * @param text the text of an event, which may have {@code stack=} and the stack in it
   * @return {@link Operation#NONE} if there is no stack, or none that names a system call
   */
  static Operation operation(String text) {
    int at = text.indexOf("stack=");
    if (at < 0) {
      return Operation.NONE;
    }
    Matcher syscall = SYSCALL.matcher(text).region(at, text.length());
    String outermost = null;
    while (syscall.find()) {
      outermost = syscall.group(1);
    }
    if (outermost != null) {
      return Operation.of(outermost.equals("exit") ? "exit_group" : outermost);
    }
    return text.indexOf("task_work_run", at) < 0 ? Operation.NONE : Operation.of("close");
  }
}
