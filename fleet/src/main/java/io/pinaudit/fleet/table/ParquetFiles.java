package io.pinaudit.fleet.table;

import com.jerolba.carpet.CarpetReader;
import com.jerolba.carpet.CarpetWriter;
import com.jerolba.carpet.CloseableIterator;
import com.jerolba.carpet.ColumnNamingStrategy;
import com.jerolba.carpet.FieldMatchingStrategy;
import com.jerolba.carpet.TimeUnit;
import io.pinaudit.analyzer.trace.InputException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalInputFile;
import org.apache.parquet.io.LocalOutputFile;

/** Reads and writes single Parquet files of one class of rows. */
final class ParquetFiles {
  /** The number of bytes of a file that wait in memory to be written. */
  private static final long ROW_GROUP_BYTES = 8L << 20;

  private static final int ROW_GROUP_ROWS = 100_000;

  private ParquetFiles() {}

  /** Takes each row of a file. */
  @FunctionalInterface
  interface RowUse<T> {
    void use(T row) throws IOException;
  }

  /** Opens a new file for writing. */
  static <T extends Record> CarpetWriter<T> writer(Path file, Class<T> rows) throws IOException {
    return new CarpetWriter.Builder<>(new LocalOutputFile(file), rows)
        .withConf(new PlainParquetConfiguration())
        .withCompressionCodec(CompressionCodecName.ZSTD)
        .withColumnNamingStrategy(ColumnNamingStrategy.SNAKE_CASE)
        .withDefaultTimeUnit(TimeUnit.MICROS)
        .withRowGroupSize(ROW_GROUP_BYTES)
        .withRowGroupRowCountLimit(ROW_GROUP_ROWS)
        .build();
  }

  /**
   * Reads a file row by row.
   *
   * @throws InputException if it is not what it should be
   */
  static <T extends Record> void read(Path file, Class<T> rows, RowUse<T> use) throws IOException {
    CarpetReader<T> reader =
        new CarpetReader<>(new LocalInputFile(file), rows)
            .withFieldMatchingStrategy(FieldMatchingStrategy.SNAKE_CASE);
    try (CloseableIterator<T> all = reader.iterator()) {
      while (all.hasNext()) {
        use.use(all.next());
      }
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (RuntimeException e) {
      throw new InputException(file + ": error: not a table of this version: " + e.getMessage());
    }
  }
}
