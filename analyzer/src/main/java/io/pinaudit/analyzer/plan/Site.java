package io.pinaudit.analyzer.plan;

import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import java.util.List;

/**
 * A call of a program, told so that it is found again in another build.
 *
 * @param operation as events name it
 * @param frames the innermost frames of the program itself, {@code Class.method}, without lines; a
 *     call matches if its stack begins with them, so that fewer mean more calls
 * @param stack the same frames with their lines, for people; may be empty
 * @param nth of the calls from there, which one was closest to its counterpart, from 1
 */
public record Site(String operation, List<String> frames, List<String> stack, int nth) {
  /** So many frames are told. */
  public static final int FRAMES = 8;

  /** Keeps its own copies. */
  public Site {
    frames = List.copyOf(frames);
    stack = List.copyOf(stack);
  }

  /** The site of a recorded call; without frames if none of the program's own is known. */
  public static Site of(JavaCall call, int nth) {
    List<Frame> frames = frames(call);
    return new Site(
        call.operation().name(),
        frames.stream().map(Site::name).toList(),
        frames.stream().map(Frame::toString).toList(),
        nth);
  }

  /** The innermost frames of the program itself. */
  public static List<Frame> frames(JavaCall call) {
    return call.stack().stream().filter(frame -> !frame.isPlatform()).limit(FRAMES).toList();
  }

  private static String name(Frame frame) {
    return frame.className() + "." + withoutLambdaNumber(frame.method());
  }

  /** javac numbers the lambdas of a class: {@code lambda$main$3}. */
  private static String withoutLambdaNumber(String method) {
    return method.startsWith("lambda$") ? method.replaceFirst("(?<=.{7})\\$\\d+$", "") : method;
  }
}
