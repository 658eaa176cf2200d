package io.pinaudit.fleet.spark;

import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.fleet.find.RunFile;
import io.pinaudit.fleet.find.Store;
import io.pinaudit.run.RunDescription;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Hadoop's file systems, such as {@code hdfs:} and {@code s3a:}. They are set up by the files of
 * Hadoop on the class path and by Spark's settings {@code spark.hadoop.*}.
 */
public final class HadoopStore implements Store {
  /** Makes it; the service loader calls this. */
  public HadoopStore() {}

  private static Configuration configuration() {
    SparkEnv running = SparkEnv.get();
    return SparkHadoopUtil.get()
        .newConfiguration(running == null ? new SparkConf() : running.conf());
  }

  @Override
  public boolean serves(String scheme) {
    try {
      return FileSystem.getFileSystemClass(scheme, configuration()) != null;
    } catch (IOException | RuntimeException e) {
      // Hadoop does not know it, or knows its class, but has not got it.
      return false;
    }
  }

  @Override
  public Collection<RunFile.Remote> find(String root) throws IOException {
    Path path = new Path(root);
    FileSystem files = files(path);
    FileStatus[] matches = files.globStatus(path);
    if (matches == null || matches.length == 0) {
      throw new NoSuchFileException(root);
    }
    List<RunFile.Remote> found = new ArrayList<>();
    for (FileStatus match : matches) {
      if (match.isDirectory()) {
        search(files, match, found);
      } else if (isArchive(match)) {
        found.add(remote(match));
      } else {
        throw new InputException(
            match.getPath() + ": error: neither a folder nor *" + RunFile.Archive.SUFFIX);
      }
    }
    return found;
  }

  private static FileSystem files(Path path) throws IOException {
    return path.getFileSystem(configuration());
  }

  /** Searches a folder, which is a run or has folders and archives below it that are. */
  private static void search(FileSystem files, FileStatus folder, List<RunFile.Remote> found)
      throws IOException {
    FileStatus[] entries = files.listStatus(folder.getPath());
    Arrays.sort(entries);
    if (Arrays.stream(entries).anyMatch(HadoopStore::isOfRun)) {
      found.add(run(files, folder, entries));
      return;
    }
    for (FileStatus entry : entries) {
      if (entry.isDirectory()) {
        search(files, entry, found);
      } else if (isArchive(entry)) {
        found.add(remote(entry));
      }
    }
  }

  private static boolean isOfRun(FileStatus file) {
    String name = file.getPath().getName();
    return file.isFile()
        && (name.equals(RunDescription.FILE_NAME) || name.endsWith(".jfr") || Inputs.isTrace(name));
  }

  private static boolean isArchive(FileStatus file) {
    return file.isFile() && file.getPath().getName().endsWith(RunFile.Archive.SUFFIX);
  }

  private static RunFile.Remote remote(FileStatus archive) {
    return new RunFile.Remote(
        archive.getPath().toString(), archive.getLen(), archive.getModificationTime());
  }

  private static RunFile.Remote run(FileSystem files, FileStatus folder, FileStatus[] entries)
      throws IOException {
    long bytes = 0;
    long changedMillis = 0;
    RemoteIterator<LocatedFileStatus> all = files.listFiles(folder.getPath(), true);
    while (all.hasNext()) {
      LocatedFileStatus file = all.next();
      bytes += file.getLen();
      changedMillis = Math.max(changedMillis, file.getModificationTime());
    }
    // Not the time of the folder: that is now in stores that have none.
    changedMillis =
        Arrays.stream(entries)
            .filter(entry -> entry.getPath().getName().equals(RunDescription.FILE_NAME))
            .mapToLong(FileStatus::getModificationTime)
            .findFirst()
            .orElse(changedMillis);
    return new RunFile.Remote(folder.getPath().toString(), bytes, changedMillis);
  }

  @Override
  public List<String> names(String folder) throws IOException {
    Path path = new Path(folder);
    FileSystem files = files(path);
    String prefix = files.makeQualified(path) + "/";
    List<String> names = new ArrayList<>();
    RemoteIterator<LocatedFileStatus> all = files.listFiles(path, true);
    while (all.hasNext()) {
      names.add(all.next().getPath().toString().substring(prefix.length()));
    }
    names.sort(null);
    return names;
  }

  @Override
  public InputStream open(String file) throws IOException {
    Path path = new Path(file);
    try {
      return files(path).open(path);
    } catch (FileNotFoundException e) {
      throw new NoSuchFileException(file);
    }
  }
}
