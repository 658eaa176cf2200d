package io.pinaudit.lab.cases;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Runs the Java half of the RDMA cases: {@code RdmaCases TABLE LIBRARY FILE_SYSTEM=DIRECTORY…}. The
 * table {@code lab/matrix.d/rdma/cases} explains them; the other half is {@code main.c} beside it.
 */
public final class RdmaCases {
  private static final int PAGE_BYTES = 4096;
  private static final int FILE_BYTES = 24 * PAGE_BYTES;
  private static final int HUGE_BYTES = 2 << 20;
  // Occurrences of one thread within 100 ms would be one finding.
  private static final int MARGIN_MILLIS = 150;

  private final RdmaLink link;
  private final Map<String, Path> places = new HashMap<>();

  private RdmaCases(RdmaLink link, List<String> mounts) {
    this.link = link;
    for (String mount : mounts) {
      int equals = mount.indexOf('=');
      places.put(mount.substring(0, equals), Path.of(mount.substring(equals + 1)));
    }
  }

  /** Runs the cases; the class describes the arguments. */
  public static void main(String[] args) throws IOException, InterruptedException {
    List<String> arguments = Arrays.asList(args);
    RdmaCases cases =
        new RdmaCases(
            RdmaLink.open(Path.of(arguments.get(1))), arguments.subList(2, arguments.size()));
    for (String line : Files.readAllLines(Path.of(arguments.getFirst()))) {
      String[] fields = line.replaceFirst("#.*", "").strip().split("\\s+");
      if (fields[0].equals("java")) {
        cases.run(List.of(fields));
      }
    }
  }

  private void run(List<String> fields) throws InterruptedException {
    long startNanos = System.nanoTime();
    Path folder = places.get(fields.get(1));
    String file = "0:0\t0";
    String truth = "absent\tno such file system here";
    if (folder != null) {
      Path path = folder.resolve("rdma-java-" + startNanos);
      try (FileChannel channel = FileChannel.open(path, CREATE, READ, WRITE);
          Arena arena = Arena.ofShared()) {
        Region one = new Region(channel, fields.get(1).equals("huge") ? HUGE_BYTES : FILE_BYTES);
        MemorySegment memory = channel.map(MapMode.READ_WRITE, 0, one.fileBytes, arena);
        memory.fill((byte) 'A');
        file = id(path);
        truth = truth(one, memory, fields.get(3), fields.get(4));
      } catch (IOException e) {
        truth = "failed\t" + e;
      }
      delete(path);
    }
    Thread.sleep(MARGIN_MILLIS);
    System.out.printf(
        "case\t%s\t%d\t%d\t%s\t%s%n",
        String.join("/", fields.subList(0, fields.size() - 1)),
        startNanos,
        System.nanoTime(),
        file,
        truth);
    Thread.sleep(MARGIN_MILLIS);
  }

  /** A file, and the range of it that is registered: 16 pages in its middle, or a huge page. */
  private record Region(FileChannel channel, int fileBytes) {
    int offset() {
      return fileBytes == HUGE_BYTES ? 0 : 4 * PAGE_BYTES;
    }

    int length() {
      return fileBytes == HUGE_BYTES ? HUGE_BYTES / 2 : 16 * PAGE_BYTES;
    }

    /** Cuts the file, and lets it grow again with other pages. */
    void cut() throws IOException {
      channel.truncate(0);
      try (Arena arena = Arena.ofShared()) {
        channel.map(MapMode.READ_WRITE, 0, fileBytes, arena).fill((byte) 'V');
      }
    }

    /** Returns how many bytes of the range the device wrote; a huge page is mapped whole or not. */
    long arrived() throws IOException {
      try (Arena arena = Arena.ofShared()) {
        return channel
            .map(MapMode.READ_ONLY, 0, fileBytes, arena)
            .asSlice(offset(), length())
            .elements(JAVA_BYTE)
            .filter(one -> one.get(JAVA_BYTE, 0) == 'R')
            .count();
      }
    }
  }

  private String truth(Region one, MemorySegment memory, String mode, String act)
      throws IOException {
    MemorySegment range = memory.asSlice(one.offset(), one.length());
    MemorySegment region = link.register(range, access(mode));
    if (region == null) {
      return (mode.equals("on-demand") ? "absent" : "refused") + "\tibv_reg_mr returned NULL";
    }
    if (act.equals("deregistered")) {
      link.deregister(region);
      one.cut();
      return "granted\tderegistered before the file was cut";
    }
    try {
      return registered(one, region, mode, act);
    } finally {
      link.deregister(region);
    }
  }

  private String registered(Region one, MemorySegment region, String mode, String act)
      throws IOException {
    boolean inFlight = act.equals("in-flight");
    boolean kept = act.equals("kept");
    // Up to 7.2 soft RoCE writes each packet of a page on demand to the beginning of that page.
    long most = mode.equals("on-demand") ? write(one, region) : one.length();
    if (inFlight) {
      link.beginWrite(region, one.length());
    }
    if (!kept) {
      one.cut();
    }
    if (mode.equals("read")) {
      return kept ? "granted\tthe file was kept" : "lost\twhat is read is no file's";
    }
    if (!inFlight) {
      link.beginWrite(region, one.length());
    }
    int status = link.endWrite();
    long arrived = one.arrived();
    String detail = "\tstatus %d, %d of %d bytes are in the file".formatted(status, arrived, most);
    boolean lost = status == 0 && arrived < most;
    String held = mode.equals("on-demand") ? "nothing" : "granted";
    return (lost ? "lost" : held) + detail;
  }

  /** Returns how many bytes reach the file while it is not cut. */
  private long write(Region one, MemorySegment region) throws IOException {
    link.beginWrite(region, one.length());
    int status = link.endWrite();
    if (status != 0) {
      throw new IOException("a write on demand failed with " + status);
    }
    return one.arrived();
  }

  private static int access(String mode) {
    int writing = RdmaLink.LOCAL_WRITE | RdmaLink.REMOTE_WRITE;
    return switch (mode) {
      case "read" -> RdmaLink.REMOTE_READ;
      case "write" -> writing;
      case "on-demand" -> writing | RdmaLink.ON_DEMAND;
      default -> throw new IllegalArgumentException("no access " + mode);
    };
  }

  /** Returns device and inode of a file, as the table has them. */
  private static String id(Path file) throws IOException {
    long device = ((Number) Files.getAttribute(file, "unix:dev")).longValue();
    long major = device >>> 8 & 0xfff;
    long minor = device & 0xff | device >>> 12 & 0xfff00;
    return major + ":" + minor + "\t" + Files.getAttribute(file, "unix:ino");
  }

  private static void delete(Path path) {
    try {
      Files.deleteIfExists(path);
    } catch (IOException e) {
      System.out.println(e);
    }
  }
}
