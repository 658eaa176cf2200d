import java.io.File;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.FileRecords;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.storage.internals.log.OffsetIndex;
import org.apache.kafka.storage.internals.log.TimeIndex;

/** Kafka's log segments and their mapped indexes: grown, trimmed, renamed and deleted. */
public final class KafkaStorage {
  private KafkaStorage() {}

  public static void main(String[] args) throws Exception {
    File folder = new File(args[0]);
    File log = new File(folder, "0.log");
    try (FileRecords records = FileRecords.open(log, true, 1 << 20, true)) {
      for (int i = 0; i < 100; i++) {
        records.append(
            MemoryRecords.withRecords(
                Compression.NONE, new SimpleRecord(("value " + i).getBytes())));
      }
      records.flush();
      records.truncateTo(1000);
      Path copy = folder.toPath().resolve("copy");
      try (FileChannel target =
          FileChannel.open(copy, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
        records.channel().transferTo(0, 500, target);
      }
      records.readInto(ByteBuffer.allocateDirect(500), 0);
      records.trim();
    }
    OffsetIndex offsets = new OffsetIndex(new File(folder, "0.index"), 0, 8000);
    TimeIndex times = new TimeIndex(new File(folder, "0.timeindex"), 0, 12_000);
    for (int i = 1; i < 500; i++) {
      offsets.append(i, i * 10);
      times.maybeAppend(i * 1000L, i);
    }
    offsets.truncateTo(300);
    times.truncateTo(300);
    offsets.renameTo(new File(folder, "0.index.deleted"));
    offsets.resize(4000);
    offsets.trimToValidSize();
    times.close();
    offsets.deleteIfExists();
    times.deleteIfExists();
  }
}
