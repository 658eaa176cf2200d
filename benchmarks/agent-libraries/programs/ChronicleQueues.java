import java.io.File;
import net.openhft.chronicle.queue.ChronicleQueue;
import net.openhft.chronicle.queue.ExcerptTailer;
import net.openhft.chronicle.queue.rollcycles.TestRollCycles;

/** A queue that rolls over. */
public final class ChronicleQueues {
  private ChronicleQueues() {}

  public static void main(String[] args) throws Exception {
    try (ChronicleQueue queue =
        ChronicleQueue.singleBuilder(new File(args[0], "queue"))
            .rollCycle(TestRollCycles.TEST_SECONDLY)
            .testBlockSize()
            .build()) {
      var appender = queue.createAppender();
      for (int i = 0; i < 3000; i++) {
        appender.writeText("message " + i);
        if (i % 1000 == 0) {
          Thread.sleep(1100);
        }
      }
      ExcerptTailer tailer = queue.createTailer();
      int count = 0;
      while (tailer.readText() != null) {
        count++;
      }
      if (count != 3000) {
        throw new AssertionError(count);
      }
    }
  }
}
