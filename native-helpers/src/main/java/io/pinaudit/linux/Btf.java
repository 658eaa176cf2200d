package io.pinaudit.linux;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Struct layouts of the running kernel, from its BTF ({@code /sys/kernel/btf/vmlinux};
 * Documentation/bpf/btf.rst). Only what probes need: byte offsets of members, looked up through
 * anonymous structs and unions, and sizes of structs.
 */
public final class Btf {
  private static final int MAGIC = 0xeB9F;
  private static final int KIND_INT = 1;
  private static final int KIND_ARRAY = 3;
  private static final int KIND_STRUCT = 4;
  private static final int KIND_UNION = 5;
  private static final int KIND_ENUM = 6;
  private static final int KIND_VOLATILE = 9;
  private static final int KIND_CONST = 10;
  private static final int KIND_FUNC_PROTO = 13;
  private static final int KIND_VAR = 14;
  private static final int KIND_DATASEC = 15;
  private static final int KIND_DECL_TAG = 17;
  private static final int KIND_ENUM64 = 19;
  private static final int HEADER_BYTES = 24;
  private static final int TYPE_BYTES = 12;
  private static final int MEMBER_BYTES = 12;
  private static final int ENUMERATOR_BYTES = 8;

  private final ByteBuffer data;
  private final int stringsStart;
  private final int[] typeOffsets;
  private final Map<String, Integer> structs;
  private final Map<String, Long> constants;

  private Btf(
      ByteBuffer data,
      int stringsStart,
      int[] typeOffsets,
      Map<String, Integer> structs,
      Map<String, Long> constants) {
    this.data = data;
    this.stringsStart = stringsStart;
    this.typeOffsets = typeOffsets;
    this.structs = structs;
    this.constants = constants;
  }

  /** Reads the BTF of the running kernel. */
  public static Btf ofKernel() throws IOException {
    return parse(Files.readAllBytes(Path.of("/sys/kernel/btf/vmlinux")));
  }

  /** Reads the BTF of the running kernel; returns null if the kernel has none. */
  public static Btf ofKernelOrNull() {
    try {
      return ofKernel();
    } catch (IOException e) {
      return null;
    }
  }

  /** Returns the smallest valid BTF: the type int and nothing else. */
  public static byte[] ofIntOnly() {
    byte[] strings = "\0int\0".getBytes(StandardCharsets.US_ASCII);
    int typeBytes = TYPE_BYTES + Integer.BYTES;
    return ByteBuffer.allocate(HEADER_BYTES + typeBytes + strings.length)
        .order(ByteOrder.LITTLE_ENDIAN)
        .putShort((short) MAGIC)
        .putShort((short) 1) // version 1, no flags
        .putInt(HEADER_BYTES)
        .putInt(0)
        .putInt(typeBytes)
        .putInt(typeBytes)
        .putInt(strings.length)
        .putInt(1) // the name's offset
        .putInt(KIND_INT << 24)
        .putInt(Integer.BYTES)
        .putInt(1 << 24 | Integer.SIZE) // signed
        .put(strings)
        .array();
  }

  static Btf parse(byte[] bytes) throws IOException {
    ByteBuffer data = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.length < 24 || (data.getShort(0) & 0xffff) != MAGIC) {
      throw new IOException("not BTF: no magic 0xeb9f at offset 0");
    }
    int header = data.getInt(4);
    int typesStart = header + data.getInt(8);
    int typesEnd = typesStart + data.getInt(12);
    int stringsStart = header + data.getInt(16);
    int[] offsets = new int[1 << 16];
    Map<String, Integer> structs = new HashMap<>();
    Map<String, Long> constants = new HashMap<>();
    int id = 1;
    for (int at = typesStart; at < typesEnd; at += typeSize(data, at), id++) {
      if (id == offsets.length) {
        offsets = java.util.Arrays.copyOf(offsets, 2 * id);
      }
      offsets[id] = at;
      if (kind(data, at) == KIND_STRUCT) {
        structs.putIfAbsent(string(data, stringsStart + data.getInt(at)), id);
      } else if (kind(data, at) == KIND_ENUM) {
        addConstants(data, at, stringsStart, constants);
      }
    }
    return new Btf(data, stringsStart, offsets, structs, constants);
  }

  private static void addConstants(
      ByteBuffer data, int at, int stringsStart, Map<String, Long> constants) {
    for (int i = 0; i < count(data, at); i++) {
      int entry = at + TYPE_BYTES + i * ENUMERATOR_BYTES;
      constants.putIfAbsent(
          string(data, stringsStart + data.getInt(entry)),
          Integer.toUnsignedLong(data.getInt(entry + 4)));
    }
  }

  /** Returns the value of an enumerator of 32 bits; empty if this kernel has none of that name. */
  public OptionalLong constant(String name) {
    Long value = constants.get(name);
    return value == null ? OptionalLong.empty() : OptionalLong.of(value);
  }

  /** Returns the size in bytes of a struct; empty if this kernel has no such struct. */
  public OptionalLong sizeBytes(String struct) {
    Integer id = structs.get(struct);
    return id == null ? OptionalLong.empty() : OptionalLong.of(data.getInt(typeOffsets[id] + 8));
  }

  /** Returns the byte offset of a member of a struct; empty if either does not exist. */
  public OptionalLong offsetBytes(String struct, String member) {
    Integer id = structs.get(struct);
    long bits = id == null ? -1 : offsetBits(id, member);
    return bits < 0 ? OptionalLong.empty() : OptionalLong.of(bits / Byte.SIZE);
  }

  private long offsetBits(int id, String member) {
    int at = typeOffsets[id];
    boolean bitfields = data.getInt(at + 4) < 0;
    for (int i = 0; i < count(data, at); i++) {
      int entry = at + TYPE_BYTES + i * MEMBER_BYTES;
      String name = string(data, stringsStart + data.getInt(entry));
      long bits = data.getInt(entry + 8) & (bitfields ? 0xffffffL : 0xffffffffL);
      if (name.equals(member)) {
        return bits;
      }
      long inside = name.isEmpty() ? offsetInAnonymous(data.getInt(entry + 4), member) : -1;
      if (inside >= 0) {
        return bits + inside;
      }
    }
    return -1;
  }

  private long offsetInAnonymous(int id, String member) {
    int kind = kind(data, typeOffsets[id]);
    if (kind == KIND_CONST || kind == KIND_VOLATILE) {
      return offsetInAnonymous(data.getInt(typeOffsets[id] + 8), member);
    }
    return kind == KIND_STRUCT || kind == KIND_UNION ? offsetBits(id, member) : -1;
  }

  private static int kind(ByteBuffer data, int at) {
    return (data.getInt(at + 4) >>> 24) & 0x1f;
  }

  private static int count(ByteBuffer data, int at) {
    return data.getInt(at + 4) & 0xffff;
  }

  private static int typeSize(ByteBuffer data, int at) {
    int count = count(data, at);
    return TYPE_BYTES
        + switch (kind(data, at)) {
          case KIND_INT, KIND_VAR, KIND_DECL_TAG -> 4;
          case KIND_ARRAY -> 12;
          case KIND_STRUCT, KIND_UNION, KIND_DATASEC, KIND_ENUM64 -> MEMBER_BYTES * count;
          case KIND_ENUM -> ENUMERATOR_BYTES * count;
          case KIND_FUNC_PROTO -> 8 * count;
          default -> 0;
        };
  }

  private static String string(ByteBuffer data, int start) {
    int end = start;
    while (data.get(end) != 0) {
      end++;
    }
    return new String(
        data.array(), data.arrayOffset() + start, end - start, StandardCharsets.UTF_8);
  }
}
