import com.sun.nio.file.ExtendedOpenOption;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.misc.store.DirectIODirectory;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.store.IOContext;
import org.apache.lucene.store.MMapDirectory;

/** Indexes, merges, deletes and searches through MMapDirectory and DirectIODirectory. */
public final class Lucene {
  private Lucene() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]);
    use(new MMapDirectory(folder.resolve("mapped")));
    FSDirectory delegate = FSDirectory.open(folder.resolve("direct"));
    use(
        new DirectIODirectory(delegate) {
          @Override
          protected boolean useDirectIO(String name, IOContext context, OptionalLong length) {
            return true;
          }
        });
    assert ExtendedOpenOption.DIRECT != null;
  }

  private static void use(Directory directory) throws Exception {
    try (directory) {
      IndexWriterConfig config = new IndexWriterConfig(new StandardAnalyzer());
      config.setMaxBufferedDocs(50);
      try (IndexWriter writer = new IndexWriter(directory, config)) {
        for (int i = 0; i < 700; i++) {
          Document document = new Document();
          document.add(new StringField("id", "d" + i, Field.Store.YES));
          document.add(new TextField("text", "the word" + i % 13 + " and w" + i, Field.Store.YES));
          document.add(new NumericDocValuesField("number", i));
          writer.addDocument(document);
          if (i % 200 == 199) {
            writer.commit();
            search(directory);
          }
        }
        writer.deleteDocuments(new Term("id", "d3"));
        writer.forceMerge(1);
      }
      search(directory);
    }
  }

  private static void search(Directory directory) throws Exception {
    try (DirectoryReader reader = DirectoryReader.open(directory)) {
      IndexSearcher searcher = new IndexSearcher(reader);
      int found = searcher.count(new TermQuery(new Term("text", "word5")));
      if (found == 0) {
        throw new AssertionError("nothing found");
      }
      searcher
          .storedFields()
          .document(searcher.search(new TermQuery(new Term("text", "word5")), 1).scoreDocs[0].doc);
    }
  }
}
