package io.pinaudit.analyzer.tracedat;

import io.pinaudit.analyzer.ftrace.EventField;
import io.pinaudit.analyzer.ftrace.EventFields;
import io.pinaudit.analyzer.ftrace.TextFields;
import io.pinaudit.analyzer.trace.FileId;
import io.pinaudit.linux.event.EventFormat;
import io.pinaudit.run.DeviceNumber;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/**
 * Reads the values in the binary data of events of one kind, at the offsets that the kernel's
 * format gives.
 *
 * <p>Confined to one thread.
 */
final class BinaryFields implements EventFields {
  private static final String RETURNED_FROM = "__probe_func";
  private static final String ENTERED = "__probe_ip";

  /**
   * The number of places that are kept as text for one probe; a probe at a return has one for each
   * caller.
   */
  private static final int MOST_PLACES = 1_000;

  private final EventText text;
  private final Symbols symbols;
  private final Map<String, EventFormat.Field> named = new HashMap<>();
  private final Map<EventField, EventFormat.Field> fields = new EnumMap<>(EventField.class);
  private final Map<Long, String> places = new HashMap<>();
  private ByteBuffer data;

  BinaryFields(EventFormat format, EventText text, Symbols symbols) {
    this.text = text;
    this.symbols = symbols;
    for (EventFormat.Field field : format.fields()) {
      if (!field.array() && !field.dataLocation() && !field.relativeLocation()) {
        named.put(field.name(), field);
      }
    }
    for (EventField field : EventField.values()) {
      if (named.containsKey(field.binary())) {
        fields.put(field, named.get(field.binary()));
      }
    }
  }

  /** Returns these fields, from here on of another event. */
  BinaryFields of(ByteBuffer data) {
    this.data = data;
    return this;
  }

  String event() {
    return text.name();
  }

  @Override
  public boolean has(EventField field) {
    return fields.containsKey(field);
  }

  @Override
  public long value(EventField field) throws Malformed {
    EventFormat.Field place = fields.get(field);
    if (place == null) {
      throw new Malformed(field);
    }
    return EventText.number(data, place);
  }

  private long value(String name) throws Malformed {
    EventFormat.Field place = named.get(name);
    if (place == null) {
      throw new Malformed(name);
    }
    return EventText.number(data, place);
  }

  private FileId file(String device, String inode) throws Malformed {
    return new FileId(DeviceNumber.ofKernel(value(device)), value(inode));
  }

  @Override
  public FileId file() throws Malformed {
    return file("dev", "ino");
  }

  @Override
  public FileId cachedFile() throws Malformed {
    return file("s_dev", "i_ino");
  }

  @Override
  public FileId probedFile() throws Malformed {
    return file("dev", "ino");
  }

  @Override
  public long cachePageOffset() throws Malformed {
    return value(EventField.CACHE_OFFSET);
  }

  @Override
  public boolean begins(String text) {
    return false;
  }

  /** Returns where a probe fired, as the kernel prints it: the binary data have addresses only. */
  @Override
  public String place() {
    EventFormat.Field entered = named.get(ENTERED);
    EventFormat.Field from = named.get(RETURNED_FROM);
    if (entered == null && from == null) {
      return null;
    }
    long address = EventText.number(data, entered == null ? from : entered);
    String known = places.get(address);
    if (known != null) {
      return known;
    }
    String place = entered == null ? "<- " + symbols.function(address) : symbols.at(address);
    if (places.size() < MOST_PLACES) {
      places.put(address, place);
    }
    return place;
  }

  @Override
  public TextFields asText() {
    return TextFields.of(text.print(data).strip());
  }
}
