package io.pinaudit.analyzer.plan;

import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import java.util.List;

/**
 * A call of a program, described so that it is found again in another build.
 *
 * @param operation name of the operation, as events have it
 * @param frames the innermost frames of the program itself, {@code Class.method}, without lines; a
 *     call matches if its stack begins with them, so that fewer mean more calls
 * @param stack the same frames with their lines, for people; may be empty
 * @param nth the number, from 1, of the call from this site that was closest to its counterpart
 */
public record Site(String operation, List<String> frames, List<String> stack, int nth) {
  /** The largest number of frames of a site. */
  public static final int FRAMES = 8;

  /** Keeps own copies of the lists. */
  public Site {
    frames = List.copyOf(frames);
    stack = List.copyOf(stack);
  }

  /**
   * Returns the site of a recorded call; it has no frames if none of the program's own is known.
   */
  public static Site of(JavaCall call, int nth) {
    List<Frame> frames = frames(call);
    return new Site(
        call.operation().name(),
        frames.stream().map(Site::name).toList(),
        frames.stream().map(Frame::toString).toList(),
        nth);
  }

  /** Returns the innermost frames of the program itself. */
  public static List<Frame> frames(JavaCall call) {
    return call.stack().stream().filter(frame -> !frame.isPlatform()).limit(FRAMES).toList();
  }

  private static String name(Frame frame) {
    return frame.className() + "." + withoutLambdaNumber(frame.method());
  }

  /** Removes the number that javac gives to each lambda of a class: {@code lambda$main$3}. */
  private static String withoutLambdaNumber(String method) {
    return method.startsWith("lambda$") ? method.replaceFirst("(?<=.{7})\\$\\d+$", "") : method;
  }
}
