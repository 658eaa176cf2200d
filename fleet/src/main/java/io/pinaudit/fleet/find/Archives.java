package io.pinaudit.fleet.find;

import com.github.luben.zstd.ZstdInputStream;
import io.pinaudit.analyzer.trace.InputException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Predicate;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/**
 * Unpacks {@code run.tar.zst} into a scratch folder. An archive comes from elsewhere: only regular
 * files are taken, none outside the scratch folder, and no more bytes than a trace can have.
 */
final class Archives {
  /** ftrace's text shrinks to a twentieth; what shrinks to a thousandth is no trace. */
  private static final long MOST_EXPANSION = 1_000;

  private static final long ALWAYS_ALLOWED_BYTES = 64L << 20;
  private static final int MOST_FILES = 100_000;
  private static final int BUFFER_BYTES = 1 << 16;

  private final String archive;
  private final Path folder;
  private long bytesLeft;

  private Archives(RunFile archive, long bytes, Path folder) {
    this.archive = archive.place();
    this.folder = folder;
    this.bytesLeft = Math.max(ALWAYS_ALLOWED_BYTES, bytes * MOST_EXPANSION);
  }

  /**
   * Unpacks an archive, or the beginning of it.
   *
   * @param folder an empty one
   * @param last whether no file is needed after the one of this name
   * @return the folder of the run, which may be the only folder in it
   * @throws InputException if the archive is damaged or hostile
   * @throws FileSystemException if the archive cannot be read, or the folder not be written
   */
  static Path unpack(RunFile.Archive archive, Path folder, Predicate<String> last)
      throws IOException {
    try (InputStream in = Files.newInputStream(archive.path())) {
      new Archives(archive, Files.size(archive.path()), folder).unpack(in, last);
    }
    return run(folder);
  }

  /** Unpacks an archive of a store in the same way. */
  static Path unpack(RunFile.Remote archive, Path folder, Predicate<String> last)
      throws IOException {
    try (InputStream in = Stores.of(archive.place()).open(archive.place())) {
      new Archives(archive, archive.bytes(), folder).unpack(in, last);
    }
    return run(folder);
  }

  /** The bytes of the archive. That they cannot be read does not say that they are damaged. */
  private final class Raw extends FilterInputStream {
    Raw(InputStream in) {
      super(in);
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      try {
        return super.read(bytes, offset, length);
      } catch (IOException e) {
        throw failed(archive, e);
      }
    }
  }

  /** Returns the exception for a disk or a store that fails. */
  private static FileSystemException failed(String place, IOException e) {
    FileSystemException failed = new FileSystemException(place, null, e.getMessage());
    failed.initCause(e);
    return failed;
  }

  private void unpack(InputStream in, Predicate<String> last) throws IOException {
    try (InputStream file = new BufferedInputStream(new Raw(in), BUFFER_BYTES);
        ZstdInputStream plain = new ZstdInputStream(file);
        TarArchiveInputStream tar = new TarArchiveInputStream(plain)) {
      int files = 0;
      for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        if (entry.isFile() && !entry.isSymbolicLink() && !entry.isLink()) {
          files++;
          if (files > MOST_FILES) {
            throw new InputException(archive + ": error: more than " + MOST_FILES + " files in it");
          }
          Path target = target(entry.getName());
          copy(tar, target);
          Files.setLastModifiedTime(target, entry.getLastModifiedTime());
          if (last.test(target.getFileName().toString())) {
            return;
          }
        }
      }
    } catch (InputException e) {
      throw e;
    } catch (IllegalArgumentException e) {
      throw new InputException(archive + ": error: damaged archive: " + e.getMessage());
    } catch (IOException e) {
      if (e instanceof FileSystemException) {
        throw e;
      }
      throw new InputException(archive + ": error: damaged archive: " + e.getMessage());
    }
  }

  private Path target(String name) throws IOException {
    Path target = folder.resolve(name.replaceFirst("^/+", "")).normalize();
    if (!target.startsWith(folder) || target.equals(folder) || name.indexOf('\0') >= 0) {
      throw new InputException(archive + ": error: names a file outside of itself: " + name);
    }
    Files.createDirectories(target.getParent());
    return target;
  }

  private void copy(InputStream in, Path target) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    try (OutputStream out = Files.newOutputStream(target, StandardOpenOption.CREATE_NEW)) {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        bytesLeft -= count;
        if (bytesLeft < 0) {
          throw new InputException(
              archive + ": error: expands to more than " + MOST_EXPANSION + " times its size");
        }
        write(buffer, count, out, target);
      }
    }
  }

  private static void write(byte[] buffer, int count, OutputStream out, Path target)
      throws IOException {
    try {
      out.write(buffer, 0, count);
    } catch (IOException e) {
      throw failed(target.toString(), e);
    }
  }

  /**
   * Returns the run in an unpacked folder: {@code tar c DIR} puts the folder itself into the
   * archive.
   */
  private static Path run(Path folder) throws IOException {
    try (var entries = Files.list(folder)) {
      var all = entries.limit(2).toList();
      return all.size() == 1 && Files.isDirectory(all.getFirst()) ? all.getFirst() : folder;
    }
  }
}
