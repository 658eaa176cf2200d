import io.aeron.Aeron;
import io.aeron.Publication;
import io.aeron.Subscription;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchivingMediaDriver;
import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.SourceLocation;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import java.nio.file.Path;
import org.agrona.concurrent.UnsafeBuffer;

/** A media driver with an archive, and a recording that is truncated and purged. */
public final class AeronDriver {
  private AeronDriver() {}

  public static void main(String[] args) throws Exception {
    String folder = Path.of(args[0]).resolve("aeron").toString();
    MediaDriver.Context driver =
        new MediaDriver.Context()
            .aeronDirectoryName(folder)
            .threadingMode(ThreadingMode.SHARED)
            .termBufferSparseFile(false)
            .ipcTermBufferLength(1 << 16)
            .dirDeleteOnShutdown(true);
    Archive.Context archive =
        new Archive.Context()
            .aeronDirectoryName(folder)
            .archiveDirectoryName(folder + "-archive")
            .controlChannel("aeron:udp?endpoint=localhost:18010")
            .replicationChannel("aeron:udp?endpoint=localhost:0")
            .segmentFileLength(1 << 16)
            .threadingMode(io.aeron.archive.ArchiveThreadingMode.SHARED);
    try (ArchivingMediaDriver both = ArchivingMediaDriver.launch(driver, archive);
        AeronArchive client =
            AeronArchive.connect(
                new AeronArchive.Context()
                    .aeronDirectoryName(folder)
                    .controlRequestChannel("aeron:udp?endpoint=localhost:18010")
                    .controlResponseChannel("aeron:udp?endpoint=localhost:0"));
        Aeron aeron = Aeron.connect(new Aeron.Context().aeronDirectoryName(folder))) {
      client.startRecording("aeron:ipc", 7, SourceLocation.LOCAL);
      try (Publication publication = aeron.addPublication("aeron:ipc", 7);
          Subscription subscription = aeron.addSubscription("aeron:ipc", 7)) {
        UnsafeBuffer message = new UnsafeBuffer(new byte[1024]);
        for (int sent = 0; sent < 300; ) {
          if (publication.offer(message) > 0) {
            sent++;
          }
          subscription.poll((buffer, offset, length, header) -> {}, 100);
        }
        Thread.sleep(300);
      }
      client.stopRecording("aeron:ipc", 7);
      Thread.sleep(300);
      client.listRecordings(
          0,
          1,
          (a, b, id, c, d, e, f, g, h, segment, j, k, l, m, n, o) ->
              System.out.println("recorded " + id + " " + segment));
      client.truncateRecording(0, 65_536);
    }
  }
}
