package io.pinaudit.agent.weave;

import java.util.List;

/**
 * What is woven into a method.
 *
 * @param hook number of the hook that it calls
 * @param positions of the arguments that are passed, without the receiver; null for all
 */
public record Weaving(int hook, Style style, List<Integer> positions) {
  public Weaving(int hook, Style style) {
    this(hook, style, null);
  }

  /** The way in which a method calls its hook. */
  public enum Style {
    /**
     * The method calls the hook at its start and end, with its arguments, then the receiver if
     * there is room.
     */
    ARGUMENTS(true),
    /**
     * The method calls the hook at its start and end, with the receiver, then the arguments for
     * which there is room.
     */
    RECEIVER_FIRST(true),
    /** The method defines a class, and asks for the class file to define. */
    DEFINITION(false),
    /**
     * It always returns false: jnr-ffi then calls functions through jffi, which is hooked, and not
     * through machine code that it writes for each of them.
     */
    REFUSAL(false);

    private final boolean callsHook;

    Style(boolean callsHook) {
      this.callsHook = callsHook;
    }

    /**
     * Returns whether the woven method calls a hook; otherwise weaving only changes what the method
     * does.
     */
    public boolean callsHook() {
      return callsHook;
    }
  }
}
