import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Adds to a plan, for each line of a recording from which memory or files are handed over or taken
 * away, a pair whose other call is made nowhere: threads are held there, and nobody comes.
 *
 * <p>Arguments: the recording, and the plan.
 */
public final class Lonely {
  private static final Set<String> TAKES =
      Set.of("pinaudit.FileTruncate", "pinaudit.FileUnmap", "pinaudit.FileDelete");
  private static final String HANDS = "pinaudit.BufferTransfer";
  private static final int MOST = 900; // a plan has 1,000 pairs at most

  private record Call(boolean hands, String operation, String frame) implements Comparable<Call> {
    String json() {
      return "{\"operation\": \"%s\", \"frames\": [\"%s\"]}".formatted(operation, frame);
    }

    @Override
    public int compareTo(Call other) {
      return toString().compareTo(other.toString());
    }
  }

  private Lonely() {}

  public static void main(String[] args) throws Exception {
    Set<Call> calls = new TreeSet<>();
    try (RecordingFile events = new RecordingFile(Path.of(args[0]))) {
      while (events.hasMoreEvents()) {
        add(calls, events.readEvent());
      }
    }
    List<String> pairs = new ArrayList<>();
    calls.stream().limit(MOST).forEach(call -> pairs.add(pair(call, pairs.size())));
    Path plan = Path.of(args[1]);
    String text = Files.readString(plan);
    int end = text.lastIndexOf(']');
    boolean first = text.substring(0, end).stripTrailing().endsWith("[");
    Files.writeString(
        plan,
        text.substring(0, end)
            + (first || pairs.isEmpty() ? "" : ",\n")
            + String.join(",\n", pairs)
            + text.substring(end));
    System.out.println(pairs.size() + " calls are held as well");
  }

  private static void add(Set<Call> calls, RecordedEvent event) {
    String type = event.getEventType().getName();
    boolean hands = type.equals(HANDS);
    if ((hands || TAKES.contains(type)) && event.getStackTrace() != null) {
      event.getStackTrace().getFrames().stream()
          .filter(frame -> isOfProgram(frame.getMethod().getType().getName()))
          .findFirst()
          .ifPresent(
              frame -> calls.add(new Call(hands, event.getString("operation"), name(frame))));
    }
  }

  private static boolean isOfProgram(String name) {
    return !name.matches(
        "(java|jdk|sun|io[.]pinaudit[.](agent|events))[.].*|.*(\\$\\$Lambda|LambdaForm\\$).*");
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName()
        + "."
        + frame.getMethod().getName().replaceFirst("^(lambda\\$.*)\\$\\d+$", "$1");
  }

  private static String pair(Call call, int number) {
    String nobody =
        new Call(!call.hands(), call.hands() ? "unmap" : "FileChannel.write", "no.Such.call")
            .json();
    return "{\"id\": \"%012x\", \"hands\": %s, \"takes\": %s}"
        .formatted(
            number, call.hands() ? call.json() : nobody, call.hands() ? nobody : call.json());
  }
}
