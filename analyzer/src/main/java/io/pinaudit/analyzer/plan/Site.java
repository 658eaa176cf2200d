package io.pinaudit.analyzer.plan;

import io.pinaudit.analyzer.trace.Frame;
import io.pinaudit.analyzer.trace.JavaCall;
import java.util.ArrayList;
import java.util.List;

/**
 * A call of a program, described so that it is found again in another build.
 *
 * @param operation name of the operation, as events have it
 * @param frames the innermost frames of the program itself, {@code Class.method}, without lines; a
 *     call matches if its stack begins with them, so that fewer mean more calls
 * @param stack the same frames with their lines, for people; may be empty
 * @param nth which of the calls from this site came near their counterparts
 */
public record Site(String operation, List<String> frames, List<String> stack, Nth nth) {
  /** The largest number of frames of a site. */
  public static final int FRAMES = 8;

  private static final String CONCURRENT = "java.util.concurrent.";

  /**
   * Two calls from one site, each by its number among the calls from there.
   *
   * @param nearest the number, from 1, of the call that was closest to its counterpart in time
   * @param farthest of those that came near at all, the number of the call that was farthest from
   *     its counterpart: what orders two calls often lets the second one go at once
   */
  public record Nth(int nearest, int farthest) {
    /** The first call from a site. */
    public static final Nth FIRST = new Nth(1, 1);
  }

  /** Keeps own copies of the lists. */
  public Site {
    frames = List.copyOf(frames);
    stack = List.copyOf(stack);
  }

  /**
   * Returns the site of a recorded call; it has no frames if none of the program's own is known.
   */
  public static Site of(JavaCall call, Nth nth) {
    List<Frame> frames = frames(call);
    return new Site(
        call.operation().name(),
        frames.stream().map(Site::name).toList(),
        frames.stream().map(Frame::toString).toList(),
        nth);
  }

  /**
   * Returns the innermost frames of the program itself, up to the first frame of {@code
   * java.util.concurrent}. What is below that frame differs from run to run: one thread or another
   * runs the task, the part of a stream, or the next stage of a future.
   */
  public static List<Frame> frames(JavaCall call) {
    List<Frame> frames = new ArrayList<>(FRAMES);
    for (Frame frame : call.stack()) {
      boolean runsTasks = frame.className().startsWith(CONCURRENT);
      if (frames.size() == FRAMES || runsTasks && !frames.isEmpty()) {
        break;
      }
      if (!frame.isPlatform()) {
        frames.add(frame);
      }
    }
    return frames;
  }

  private static String name(Frame frame) {
    return frame.className() + "." + withoutLambdaNumber(frame.method());
  }

  /** Removes the number that javac gives to each lambda of a class: {@code lambda$main$3}. */
  private static String withoutLambdaNumber(String method) {
    return method.startsWith("lambda$") ? method.replaceFirst("(?<=.{7})\\$\\d+$", "") : method;
  }
}
