package io.pinaudit.linux;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Records with tracefs: chooses a probe set, attaches what can be attached in a private tracing
 * instance, and streams the trace to a file until {@link #finish}.
 *
 * <p>A probe that cannot be attached does not stop the recording: it is reported in {@link
 * KernelSide}. Closing removes everything from tracefs; safe from any thread, as a shutdown hook
 * needs it.
 */
public final class TracefsTracer implements KernelTracer {
  /** The trace's name in a run directory. */
  public static final String TRACE_FILE = "kernel.ftrace";

  private static final int BUFFER_KILOBYTES_PER_CPU = 8192;
  private static final long DRAIN_MILLIS = 10_000;
  private static final String BASE_PROBE = "vmemmap_base_read";
  private static final Pattern BASE_LINE = Pattern.compile(BASE_PROBE + ":.* vb=0x([0-9a-f]+)");
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{(\\w+)\\.(\\w+)}");
  private static final String DAX_PAGES = "{dax pages}";

  private final TraceInstance instance;
  private final ProbeSet set;
  private final List<BlockDevice> devices;
  private final Thread copier;
  private final List<KernelSide.ProbeState> probes = new ArrayList<>();
  private Btf btf;
  private long vmemmapBase;
  private List<CpuStatistics> lost = List.of();
  private volatile boolean finished;
  private boolean abandoned; // guarded by this

  private TracefsTracer(
      TraceInstance instance, ProbeSet set, List<BlockDevice> devices, Path directory) {
    this.instance = instance;
    this.set = set;
    this.devices = devices;
    this.copier =
        Thread.ofPlatform()
            .daemon()
            .name("pinaudit-trace-copier")
            .unstarted(() -> copy(directory.resolve(TRACE_FILE)));
  }

  /**
   * Starts recording into {@code directory/kernel.ftrace}.
   *
   * @param devices the machine's block devices: pins are recorded for the pages of those that have
   *     any
   * @throws IOException if there is no tracefs to record with; the message says why
   */
  public static TracefsTracer start(Path directory, List<BlockDevice> devices) throws IOException {
    Tracefs tracefs = Tracefs.find();
    tracefs.removeStale();
    ProbeSet set = ProbeSet.choose(tracefs.symbols());
    TraceInstance instance = TraceInstance.create(tracefs, BUFFER_KILOBYTES_PER_CPU);
    TracefsTracer recorder = new TracefsTracer(instance, set, devices, directory);
    Thread guard = new Thread(recorder::abandon, "pinaudit-start-guard");
    Runtime.getRuntime().addShutdownHook(guard);
    try {
      recorder.begin();
      Runtime.getRuntime().removeShutdownHook(guard);
    } catch (IllegalStateException e) {
      throw new IOException("the process is being ended", e);
    } catch (IOException | RuntimeException e) {
      recorder.close();
      throw e;
    }
    return recorder;
  }

  private void begin() throws IOException {
    btf = readBtf();
    vmemmapBase = readVmemmapBase();
    instance.mark(START_MARK);
    copier.start();
    for (Probe probe : set.probes()) {
      probes.add(new KernelSide.ProbeState(probe.name(), probe.evidence(), attach(probe), 0));
    }
  }

  /** The process is told to end while probes are still being attached: nothing may stay behind. */
  private synchronized void abandon() {
    abandoned = true;
    try {
      close();
    } catch (IOException e) {
      // What is left is removed at the next start.
      return;
    }
  }

  /** Attaches one probe; returns why it could not be, or null. */
  private synchronized String attach(Probe probe) {
    if (abandoned) {
      return "the process is being ended";
    }
    try {
      Path event =
          switch (probe) {
            case Probe.Function function ->
                instance.define(function, withOffsets(function.arguments()));
            case Probe.Tracepoint tracepoint -> instance.tracepoint(tracepoint);
          };
      instance.enable(event, probe.filter().replace(DAX_PAGES, daxPages()));
      return null;
    } catch (IOException e) {
      return e instanceof java.nio.file.FileSystemException fs && fs.getReason() != null
          ? fs.getReason()
          : e.getMessage();
    }
  }

  private String withOffsets(String arguments) throws IOException {
    Matcher matcher = PLACEHOLDER.matcher(arguments);
    StringBuilder out = new StringBuilder();
    while (matcher.find()) {
      OptionalLong offset =
          btf == null ? OptionalLong.empty() : btf.offsetBytes(matcher.group(1), matcher.group(2));
      if (offset.isEmpty()) {
        throw new IOException("BTF of this kernel has no " + matcher.group());
      }
      matcher.appendReplacement(out, Long.toString(offset.getAsLong()));
    }
    return matcher.appendTail(out).toString();
  }

  /** The filter for page structs of persistent memory; every page if they are unknown. */
  private String daxPages() {
    List<BlockDevice> pmem = devices.stream().filter(BlockDevice::joinable).toList();
    if (vmemmapBase == 0 || pmem.isEmpty()) {
      return "page != 0";
    }
    return pmem.stream()
        .map(
            device ->
                "(page >= %s && page < %s)"
                    .formatted(
                        pageStruct(device.dataStartBytes()),
                        pageStruct(device.dataStartBytes() + device.sizeBytes())))
        .collect(Collectors.joining(" || "));
  }

  private String pageStruct(long physicalBytes) {
    return "0x"
        + Long.toHexString(vmemmapBase + physicalBytes / pageSizeBytes() * pageStructBytes());
  }

  private static Btf readBtf() {
    try {
      return Btf.ofKernel();
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * The kernel's {@code vmemmap_base}, which KASLR moves at every boot: fetched by a probe on a
   * function that opening a file calls. 0 if this kernel has no such variable or no kprobes.
   */
  private long readVmemmapBase() {
    Probe.Function probe =
        new Probe.Function(BASE_PROBE, "", false, "do_sys_openat2", "vb=@vmemmap_base:x64", "");
    try {
      instance.enable(instance.define(probe, probe.arguments()), "");
      Files.readString(Path.of("/proc/self/comm"));
      Matcher line = BASE_LINE.matcher(instance.snapshot());
      instance.disableAll();
      return line.find() ? Long.parseUnsignedLong(line.group(1), 16) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  private int pageStructBytes() {
    return btf == null ? 64 : (int) btf.sizeBytes("page").orElse(64);
  }

  private static int pageSizeBytes() {
    return 4096;
  }

  /**
   * Copies the consuming pipe until the end marker, which is the newest event and so comes last.
   */
  private void copy(Path trace) {
    byte[] buffer = new byte[1 << 16];
    try (InputStream in = Files.newInputStream(instance.pipe());
        OutputStream out = Files.newOutputStream(trace)) {
      String tail = "";
      while (!tail.contains(END_MARK)) {
        int read = in.read(buffer);
        if (read < 0) {
          return;
        }
        out.write(buffer, 0, read);
        tail = lastChars(tail, buffer, read);
        pauseUnlessBusy(read);
      }
    } catch (IOException | InterruptedException e) {
      // What was copied stays; finish() sees that the end is missing and says so in run.json.
      return;
    }
    finished = true;
  }

  private static String lastChars(String tail, byte[] buffer, int read) {
    int keep = Math.min(read, 2 * END_MARK.length());
    String joined = tail + new String(buffer, read - keep, keep, StandardCharsets.ISO_8859_1);
    return joined.substring(Math.max(0, joined.length() - 2 * END_MARK.length()));
  }

  /**
   * A pipe that gives little is asked less often: the recorder shares the machine with its subject.
   */
  private static void pauseUnlessBusy(int read) throws InterruptedException {
    if (read < 2048) {
      Thread.sleep(20);
    }
  }

  @Override
  public synchronized KernelSide finish() throws IOException, InterruptedException {
    instance.disableAll();
    lost = instance.statistics();
    Map<String, Long> missed = instance.missedHits();
    probes.replaceAll(
        probe ->
            new KernelSide.ProbeState(
                probe.name(),
                probe.evidence(),
                probe.reason(),
                missed.getOrDefault(probe.name(), 0L)));
    instance.mark(END_MARK);
    copier.join(DRAIN_MILLIS);
    return describe();
  }

  @Override
  public KernelSide describe() {
    return new KernelSide(
        TRACE_FILE,
        set.name(),
        set.constants(),
        vmemmapBase,
        pageStructBytes(),
        pageSizeBytes(),
        List.copyOf(probes),
        lost,
        !copier.isAlive() && finished);
  }

  @Override
  public void close() throws IOException {
    copier.interrupt();
    instance.close();
  }
}
