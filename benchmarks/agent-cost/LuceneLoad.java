import java.nio.file.Path;
import java.util.Random;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.SerialMergeScheduler;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.MMapDirectory;

/** Indexes documents, commits and searches, through MMapDirectory. */
public final class LuceneLoad {
  private LuceneLoad() {}

  public static void main(String[] args) throws Exception {
    Path folder = Path.of(args[0]).resolve("lucene-" + ProcessHandle.current().pid());
    IndexWriterConfig config = new IndexWriterConfig(new StandardAnalyzer());
    config.setMergeScheduler(new SerialMergeScheduler());
    Random random = new Random(7);
    try (MMapDirectory directory = new MMapDirectory(folder);
        IndexWriter writer = new IndexWriter(directory, config)) {
      Slices.serve(
          () -> {
            writer.deleteAll();
            for (int i = 0; i < 2000; i++) {
              Document document = new Document();
              StringBuilder text = new StringBuilder();
              for (int word = 0; word < 50; word++) {
                text.append('w').append(random.nextInt(5000)).append(' ');
              }
              document.add(new TextField("text", text.toString(), Field.Store.YES));
              writer.addDocument(document);
            }
            writer.commit();
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
              IndexSearcher searcher = new IndexSearcher(reader);
              for (int i = 0; i < 3000; i++) {
                searcher.search(new TermQuery(new Term("text", "w" + random.nextInt(5000))), 10);
              }
            }
          });
    }
  }
}
