import java.nio.file.Path;
import org.apache.rocketmq.store.MappedFileQueue;
import org.apache.rocketmq.store.index.IndexFile;
import org.apache.rocketmq.store.logfile.DefaultMappedFile;
import org.apache.rocketmq.store.logfile.MappedFile;

/** The mapped files of a message broker, locked through JNA. */
public final class RocketMqStore {
  private RocketMqStore() {}

  public static void main(String[] args) throws Exception {
    String folder = Path.of(args[0]).resolve("queue").toString();
    MappedFileQueue queue = new MappedFileQueue(folder, 1 << 16, null);
    for (int i = 0; i < 300; i++) {
      MappedFile file = queue.getLastMappedFile(0);
      file.appendMessage(new byte[1000]);
    }
    queue.flush(0);
    queue.truncateDirtyFiles(100_000);
    queue.shutdown(1000);
    queue.destroy();
    DefaultMappedFile warm = new DefaultMappedFile(folder + "-warm/00000000000000000000", 1 << 20);
    warm.mlock();
    warm.munlock();
    warm.destroy(1000);
    IndexFile index = new IndexFile(folder + "-index/20260101000000000", 100, 400, 0, 0);
    index.putKey("key", 1, 1);
    index.flush();
    index.destroy(1000);
  }
}
