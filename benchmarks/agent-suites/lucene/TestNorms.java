import org.apache.lucene.codecs.Codec;
import org.apache.lucene.tests.index.BaseNormsFormatTestCase;
import org.apache.lucene.tests.util.TestUtil;

/** Lucene's tests of its current format, in the directory of {@code -Dtests.directory}. */
public class TestNorms extends BaseNormsFormatTestCase {
  @Override
  protected Codec getCodec() {
    return TestUtil.getDefaultCodec();
  }
}
