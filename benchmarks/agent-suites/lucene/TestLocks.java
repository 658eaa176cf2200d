import java.io.IOException;
import java.nio.file.Path;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;
import org.apache.lucene.store.NativeFSLockFactory;
import org.apache.lucene.tests.store.BaseLockFactoryTestCase;

/** Lucene's tests of locks, on mapped files. */
public class TestLocks extends BaseLockFactoryTestCase {
  @Override
  protected Directory getDirectory(Path path) throws IOException {
    return new MMapDirectory(path, NativeFSLockFactory.INSTANCE);
  }
}
