import java.io.File;
import org.apache.activemq.artemis.core.io.SequentialFileFactory;
import org.apache.activemq.artemis.core.io.mapped.MappedSequentialFileFactory;
import org.apache.activemq.artemis.core.io.nio.NIOSequentialFileFactory;
import org.apache.activemq.artemis.core.journal.impl.JournalImpl;

/** The journals of a message broker, mapped and by channel. */
public final class ArtemisJournal {
  private ArtemisJournal() {}

  public static void main(String[] args) throws Exception {
    File mapped = new File(args[0], "mapped");
    File channel = new File(args[0], "channel");
    mapped.mkdir();
    channel.mkdir();
    use(new MappedSequentialFileFactory(mapped, 1 << 20, false, 1 << 16, 1000, null));
    use(new NIOSequentialFileFactory(channel, 1));
  }

  private static void use(SequentialFileFactory files) throws Exception {
    JournalImpl journal = new JournalImpl(1 << 20, 2, 2, 0, 0, files, "j", "amq", 1);
    journal.start();
    journal.loadInternalOnly();
    for (int i = 0; i < 3000; i++) {
      journal.appendAddRecord(i, (byte) 1, new byte[1000], i % 100 == 0);
      if (i > 10) {
        journal.appendDeleteRecord(i - 10, false);
      }
    }
    journal.forceMoveNextFile();
    journal.testCompact();
    journal.stop();
  }
}
