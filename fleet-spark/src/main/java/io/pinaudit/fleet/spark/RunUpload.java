package io.pinaudit.fleet.spark;

import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.recording.PackedRun;
import io.pinaudit.harness.FileTree;
import io.pinaudit.run.RunDescriptionReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.apache.commons.io.output.CloseShieldOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.CommonPathCapabilities;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.StreamCapabilities;
import org.apache.hadoop.io.IOUtils;

/**
 * Sends a run to one of Hadoop's file systems, for a recorder, which starts this program:
 *
 * <pre>
 * java io.pinaudit.fleet.spark.RunUpload check URI NAME=VALUE…
 * java io.pinaudit.fleet.spark.RunUpload send URI RUN KEEP_DAYS NAME=VALUE…
 * </pre>
 *
 * <p>Readers see a whole run or nothing: a store whose files appear when they are closed gets it
 * under its name, and the others get it under another name, which is then changed.
 */
public final class RunUpload {
  private final FileSystem files;
  private final Path root;

  /** Writes a file, and closes it. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream file) throws IOException;
  }

  private RunUpload(FileSystem files, Path root) {
    this.files = files;
    this.root = root;
  }

  /** Prints where the run lies, or one line that says why it could not be sent. */
  public static void main(String[] words) throws IOException {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    java.nio.file.Path buffers = Files.createTempDirectory("pinaudit-upload");
    int status = ExitStatus.CLEAN;
    try {
      out.println(run(List.of(words), buffers));
    } catch (IOException | RuntimeException | LinkageError e) {
      out.println("pinaudit: error: " + words[1] + ": " + reason(words[1], e));
      status = ExitStatus.ERROR;
    }
    FileTree.delete(buffers);
    System.exit(status); // whatever threads a store has left
  }

  /** Returns why a store could not be used, in one line that does not begin with its name. */
  private static String reason(String store, Throwable e) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      // By name: a Spark of the user's own may not have these classes.
      if (cause.getClass().getSimpleName().matches("NoA(uthWithAWS|wsCredentials)Exception")) {
        return "no credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, which sudo drops"
            + " without --preserve-env, or --hadoop fs.s3a.aws.credentials.provider=…";
      }
    }
    String line = PackJob.firstLine(e);
    return line.startsWith(store + ": ") ? line.substring(store.length() + 2) : line;
  }

  private static String run(List<String> words, java.nio.file.Path buffers) throws IOException {
    boolean sends = words.getFirst().equals("send");
    Configuration conf = new Configuration();
    // Not the usual folder below /tmp, whose name everybody knows.
    conf.set("fs.s3a.buffer.dir", buffers.toString());
    if (!sends) {
      // Somebody waits for the command to start: two minutes of attempts are for the end of a run.
      conf.set("fs.s3a.attempts.maximum", "2");
      conf.set("fs.s3a.retry.limit", "1");
    }
    for (String setting : words.subList(sends ? 4 : 2, words.size())) {
      conf.set(
          setting.substring(0, setting.indexOf('=')), setting.substring(setting.indexOf('=') + 1));
    }
    RunUpload upload = to(words.get(1), conf);
    if (!sends) {
      upload.check();
      return words.get(1);
    }
    java.nio.file.Path directory = java.nio.file.Path.of(words.get(2));
    PackedRun run = PackedRun.of(RunDescriptionReader.readHead(directory).origin());
    String sent = upload.send(run, file -> PackedRun.write(directory, file));
    int keepDays = Integer.parseInt(words.get(3));
    if (keepDays > 0) {
      upload.deleteOld(keepDays, LocalDate.ofInstant(Instant.now(), ZoneOffset.UTC));
    }
    return sent;
  }

  /** Returns what sends to a folder of a store. */
  static RunUpload to(String uri, Configuration conf) throws IOException {
    Path root = new Path(uri);
    return new RunUpload(root.getFileSystem(conf), root);
  }

  /**
   * Writes a file and deletes it.
   *
   * @throws IOException if the folder cannot be written to
   */
  void check() throws IOException {
    files.mkdirs(root);
    Path file = new Path(root, new PackedRun("", UUID.randomUUID().toString()).unfinishedName());
    files.create(file, false).close();
    files.delete(file, false);
  }

  /**
   * Sends a run.
   *
   * @return the URI of the file that it became
   * @throws IOException if it cannot be sent; then no reader sees anything of it
   */
  String send(PackedRun run, Content content) throws IOException {
    Path day = new Path(root, run.day());
    Path file = new Path(day, run.name());
    files.mkdirs(day);
    if (files.hasPathCapability(file, CommonPathCapabilities.ABORTABLE_STREAM)) {
      write(file, content);
      return file.toString();
    }
    Path unfinished = new Path(day, run.unfinishedName());
    try {
      write(unfinished, content);
      if (!files.rename(unfinished, file)) {
        throw new IOException(file.getName() + ": cannot get this name: is it there already?");
      }
    } finally {
      files.delete(unfinished, false);
    }
    return file.toString();
  }

  /** Writes a file. Closing it is what shows it to readers of some stores: only a whole one is. */
  private void write(Path file, Content content) throws IOException {
    FSDataOutputStream target = files.create(file, false);
    try {
      content.writeTo(CloseShieldOutputStream.wrap(target));
      if (target.hasCapability(StreamCapabilities.HSYNC)) {
        target.hsync();
      }
    } catch (IOException | RuntimeException e) {
      if (target.hasCapability(StreamCapabilities.ABORTABLE_STREAM)) {
        target.abort();
      } else {
        IOUtils.closeStream(target);
      }
      throw e;
    }
    target.close();
  }

  /** Deletes runs in folders of days, and nothing else. */
  void deleteOld(int keepDays, LocalDate today) throws IOException {
    for (FileStatus day : files.listStatus(root)) {
      if (day.isDirectory() && PackedRun.isOldDay(day.getPath().getName(), keepDays, today)) {
        delete(day.getPath());
      }
    }
  }

  private void delete(Path day) throws IOException {
    for (FileStatus file : files.listStatus(day)) {
      if (file.isFile() && PackedRun.isName(file.getPath().getName())) {
        files.delete(file.getPath(), false);
      }
    }
    // Stores without folders have none any more.
    if (files.exists(day) && files.listStatus(day).length == 0) {
      files.delete(day, false);
    }
  }
}
