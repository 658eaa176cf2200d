package io.pinaudit.agent.call;

/** The arguments of a foreign-function call, widened to words; 0 where there is none. */
public record NativeArguments(long a, long b, long c, long d, long e, long f, long g) {

  public static final int COUNT = 7;

  /** The first words of an array. */
  public static NativeArguments of(long... words) {
    long[] all = new long[COUNT];
    System.arraycopy(words, 0, all, 0, Math.min(COUNT, words.length));
    return new NativeArguments(all[0], all[1], all[2], all[3], all[4], all[5], all[6]);
  }

  /** What is left without the first one, which syscall(2) takes for itself. */
  public NativeArguments shift() {
    return new NativeArguments(b, c, d, e, f, g, 0);
  }

  /** The first arguments as hexadecimal words, separated by blanks. */
  String hexadecimal(int count) {
    long[] words = {a, b, c, d, e, f, g};
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      text.append(i == 0 ? "" : " ").append(Long.toHexString(words[i]));
    }
    return text.toString();
  }
}
