package io.pinaudit.events;

import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Enabled;
import jdk.jfr.Label;
import jdk.jfr.MemoryAddress;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;

/**
 * The agent looked at the file of a live mapping and found it shorter than before, so that pages of
 * the mapping lie beyond its end: a load from one of them is a fault, an InternalError or SIGBUS.
 *
 * <p>Who cut the file is the hooked call that {@code operation} names; or nobody who was seen, if
 * it is {@code unmap} (the look before the mapping goes away) or {@code look} (the one a second,
 * and those when a chunk of the recording begins or ends). Then it happened between {@code
 * previousNanos} and {@code startNanos}. No event tells of a file that is long enough, nor of one
 * that was as short when it was mapped.
 */
@Name(MappingCheck.NAME)
@Label("Mapping Check")
@Description("The file of a live mapping was found to be shorter than the mapping needs")
@Enabled
@Period("1 s")
@StackTrace(true)
public final class MappingCheck extends FileEvent {
  /** Name of the type in a recording. */
  public static final String NAME = PREFIX + "MappingCheck";

  /** The value of {@link #page}: a read of the page fails, as a load from it would. */
  public static final String GONE = "gone";

  /**
   * The value of {@link #page}: the page can be read. The mapping is of another file than the one
   * of that name (overlayfs has copied it up), or the file is long again.
   */
  public static final String THERE = "there";

  /**
   * The value of {@link #page}: nothing is mapped there any more. Code that no hook sees has
   * unmapped it.
   */
  public static final String UNMAPPED = "unmapped";

  /** The value of {@link #page}: the kernel does not let this process ask. */
  public static final String NOT_ASKED = "not asked";

  /** Makes an empty event: fill it, then commit it. */
  public MappingCheck() {}

  @Label("Address")
  @MemoryAddress
  @Description("Where the mapping begins in memory")
  public long address;

  @Label("File Offset")
  @DataAmount
  @Description("Offset in the file of the first byte of the mapping")
  public long offsetBytes;

  @Label("Length")
  @DataAmount
  @Description("Length of the mapping")
  public long lengthBytes;

  @Label("Size Before")
  @DataAmount
  @Description("Size of the file at the previous look, or when it was mapped")
  public long previousSizeBytes;

  @Label("Size")
  @DataAmount
  @Description("Size of the file now; the mapping needs its File Offset and its Length together")
  public long sizeBytes;

  @Label("Previous Look")
  @Description("CLOCK_MONOTONIC nanoseconds of the previous look, or of the mapping")
  public long previousNanos;

  @Label("Page Address")
  @MemoryAddress
  @Description("First page of the mapping beyond the end of the file")
  public long pageAddress;

  @Label("Page")
  @Description(
      "What a read of one byte of that page, without a signal, came to: gone, there, unmapped, not"
          + " asked")
  public String page;
}
