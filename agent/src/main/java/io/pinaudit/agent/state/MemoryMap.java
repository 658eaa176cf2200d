package io.pinaudit.agent.state;

import io.pinaudit.agent.jdk.JdkInternals;
import java.io.BufferedReader;
import java.io.FileReader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the shared file mappings of this process from /proc/self/maps.
 *
 * <p>Safe for any thread.
 */
public final class MemoryMap {
  private static final int FIELDS = 6;
  private static final int PERMISSIONS = 1;
  private static final int OFFSET = 2;
  private static final int DEVICE = 3;
  private static final int INODE = 4;
  private static final int PATH = 5;

  private final StackedFiles stacked = new StackedFiles();

  MemoryMap() {}

  /** Reads all shared file mappings, except those of the JVM's own files. */
  public static List<Mapping> read() throws IOException {
    List<Mapping> mappings = new ArrayList<>();
    String own = System.getProperty("java.home") + "/";
    try (BufferedReader lines = open()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        Mapping mapping = parse(line);
        if (mapping != null && !isOfJvm(mapping.file().path(), own)) {
          mappings.add(mapping);
        }
      }
    }
    return mappings;
  }

  // Not through a channel, whose reads are hooked.
  private static BufferedReader open() throws IOException {
    return new BufferedReader(new FileReader("/proc/self/maps", Charset.defaultCharset()));
  }

  /**
   * Returns a mapping that has just been made, with the file identity that the kernel gives it.
   *
   * @param wanted the mapping, whose address is not known yet
   */
  public Mapping mapped(Mapping wanted, long address) {
    FileState file = wanted.file();
    FileState identity = stacked.isStacked(file) ? identityAt(address) : file;
    MappedFile mapped = new MappedFile(identity.known() ? identity : file, file);
    return new Mapping(address, wanted.lengthBytes(), wanted.offsetBytes(), file, mapped);
  }

  /** Returns the link to the file of a mapping. The link is missing if a part was unmapped. */
  static Path link(Mapping mapping) {
    long page = JdkInternals.pageBytes();
    long end = (mapping.endAddress() + page - 1) / page * page;
    return Path.of(
        "/proc/self/map_files/"
            + Long.toHexString(mapping.address())
            + "-"
            + Long.toHexString(end));
  }

  /** Returns whether anything is mapped at an address of a mapping; true if nobody can say. */
  static boolean maps(Mapping mapping, long address) {
    if (Files.exists(link(mapping), LinkOption.NOFOLLOW_LINKS)) {
      return true;
    }
    try {
      return lineAt(address) != null;
    } catch (IOException e) {
      return true;
    }
  }

  /** Returns device and inode of the file that is mapped at an address. */
  private static FileState identityAt(long address) {
    try {
      String[] fields = lineAt(address);
      return fields != null && fields.length == FIELDS ? identity(fields) : FileState.UNKNOWN;
    } catch (IOException e) {
      return FileState.UNKNOWN;
    }
  }

  /** Returns the fields of the line about an address; null if nothing is mapped there. */
  static String[] lineAt(long address) throws IOException {
    try (BufferedReader lines = open()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split(" +", FIELDS);
        if (contains(fields[0], address)) {
          return fields;
        }
      }
    }
    return null;
  }

  private static boolean contains(String range, long address) {
    int dash = range.indexOf('-');
    return Long.compareUnsigned(address, Long.parseUnsignedLong(range.substring(0, dash), 16)) >= 0
        && Long.compareUnsigned(address, Long.parseUnsignedLong(range.substring(dash + 1), 16)) < 0;
  }

  private static boolean isOfJvm(String path, String own) {
    return path.startsWith(own) || path.startsWith("/tmp/hsperfdata_");
  }

  /**
   * Parses a line; returns null if the mapping is private, or of no file.
   *
   * <pre>
   * 7f1fa9c00000-7f1fa9de9000 rw-s 00001000 fe:00 4711                       /data/a file (deleted)
   * </pre>
   */
  static Mapping parse(String line) {
    String[] fields = line.split(" +", FIELDS);
    if (fields.length < FIELDS
        || !fields[PERMISSIONS].endsWith("s")
        || !fields[PATH].startsWith("/")) {
      return null;
    }
    int dash = fields[0].indexOf('-');
    long from = Long.parseUnsignedLong(fields[0].substring(0, dash), 16);
    long to = Long.parseUnsignedLong(fields[0].substring(dash + 1), 16);
    long offset = Long.parseUnsignedLong(fields[OFFSET], 16);
    FileState file = file(fields);
    MappedFile mapped = new MappedFile(identity(fields), file);
    return new Mapping(from, to - from, offset, file, mapped);
  }

  /**
   * Returns the file of a line. On some file systems stat(2) gives another device than
   * /proc/self/maps does; then stat(2) is right.
   */
  private static FileState file(String[] fields) {
    FileState named = FileState.following(Path.of(fields[PATH]));
    FileState identity = identity(fields);
    return named.known() && named.inode() == identity.inode() ? named : identity;
  }

  private static FileState identity(String[] fields) {
    long inode = Long.parseLong(fields[INODE]);
    int colon = fields[DEVICE].indexOf(':');
    long major = Long.parseLong(fields[DEVICE].substring(0, colon), 16);
    long minor = Long.parseLong(fields[DEVICE].substring(colon + 1), 16);
    long device = (minor & 0xff) | (major & 0xfff) << 8 | (minor & ~0xffL) << 12;
    return FileState.unnamed(device, inode, fields[PATH]);
  }
}
