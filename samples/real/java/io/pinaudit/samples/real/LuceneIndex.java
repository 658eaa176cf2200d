package io.pinaudit.samples.real;

import java.io.IOException;
import org.apache.lucene.analysis.standard.StandardAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/**
 * Lucene merges and deletes mapped segments while an older reader still searches them. That is
 * right: a deleted file stays whole until its last mapping is gone.
 */
public final class LuceneIndex {
  private static final int DOCUMENTS = 300;

  private LuceneIndex() {}

  /** Runs the program; the package describes the arguments. */
  public static void main(String[] args) throws IOException {
    try (Directory directory = new MMapDirectory(Folder.of(args).file("index"));
        IndexWriter writer =
            new IndexWriter(directory, new IndexWriterConfig(new StandardAnalyzer()))) {
      fill(writer);
      try (DirectoryReader older = DirectoryReader.open(directory)) {
        writer.deleteDocuments(new Term("text", "word5"));
        writer.forceMerge(1);
        writer.commit();
        System.out.println(
            "truth: the older reader finds "
                + new IndexSearcher(older).count(new TermQuery(new Term("text", "word5"))));
      }
    }
  }

  private static void fill(IndexWriter writer) throws IOException {
    for (int i = 0; i < DOCUMENTS; i++) {
      Document document = new Document();
      document.add(new TextField("text", "the word" + i % 10, Field.Store.YES));
      writer.addDocument(document);
      if (i % 100 == 99) {
        writer.commit();
      }
    }
  }
}
