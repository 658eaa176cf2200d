package io.pinaudit.agent.jdk;

/** The arguments of a foreign-function call, widened to words; missing arguments are 0. */
public record NativeArguments(long a, long b, long c, long d, long e, long f, long g) {

  public static final int COUNT = 7;

  /** Returns the first words of an array as arguments. */
  public static NativeArguments of(long... words) {
    long[] all = new long[COUNT];
    System.arraycopy(words, 0, all, 0, Math.min(COUNT, words.length));
    return new NativeArguments(all[0], all[1], all[2], all[3], all[4], all[5], all[6]);
  }

  /** Returns the arguments without the first one, which syscall(2) takes for itself. */
  public NativeArguments shift() {
    return new NativeArguments(b, c, d, e, f, g, 0);
  }

  /** Returns the first arguments as hexadecimal words, separated by blanks. */
  public String hexadecimal(int count) {
    long[] words = {a, b, c, d, e, f, g};
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : " ").append(Long.toHexString(words[i]));
    }
    return text.toString();
  }
}
