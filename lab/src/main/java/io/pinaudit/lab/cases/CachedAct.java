package io.pinaudit.lab.cases;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;

/** Something that is done to a mapped file, or to memory that a request uses, by somebody. */
@FunctionalInterface
interface CachedAct {
  /** All acts, by who does them and what they are called in the table: {@code sh/redirect}. */
  Map<String, CachedAct> ALL = all();

  /** Does it, and looks whether pages of the mapping fault. */
  void act(CachedScene scene) throws IOException, InterruptedException;

  /** Returns the name of the process that cuts the file; empty if it is this one. */
  default String culprit() {
    return "";
  }

  private static Map<String, CachedAct> all() {
    Map<String, CachedAct> all = new HashMap<>();
    ShellAct.ALL.forEach((name, act) -> all.put("sh/" + name, act));
    all.putAll(OwnActs.ALL);
    all.putAll(MemoryActs.ALL);
    return all;
  }
}
