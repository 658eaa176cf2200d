import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.tests.store.BaseChunkedDirectoryTestCase;

/** Lucene's tests of directories that map in chunks. */
public class TestMappedChunks extends BaseChunkedDirectoryTestCase {
  @Override
  protected Directory getDirectory(Path path, int maxChunkSize) throws IOException {
    return new MMapDirectory(path, maxChunkSize);
  }
}
