package io.pinaudit.analyzer.ftrace;

import java.nio.charset.StandardCharsets;

/**
 * A value that events have: the label before the value in the kernel's text, and the name of the
 * field in the binary format of the event. Fields of probes are named in the {@code .probes} files.
 */
public enum EventField {
  // Fields of ext4's events.
  BLOCK("block ", "block"),
  BLOCK_COUNT("count ", "count"),
  LENGTH("len ", "len"),
  LOGICAL_BLOCK("lblk ", "logical"),
  LINK_COUNT("nlink ", "nlink"),
  NEW_SIZE("new_size ", "new_size"),
  EXTENT_START("extent [", "ee_lblk"),
  EXTENT_BLOCK("(", "ee_pblk"),
  FROM("from ", "from"),
  TO("to ", "to"),

  // Fields of the page cache's events: the offset is in bytes in text, and in pages in binary
  // data.
  CACHE_FRAME("pfn=", "pfn"),
  CACHE_OFFSET("ofs=", "index"),
  CACHE_ORDER("order=", "order"),

  // Fields of system calls.
  NUMBER("NR ", "id"),
  NUMBERED_RESULT("= ", "ret"),
  RESULT("", "ret"),
  ARROW_RESULT("-> ", null),

  // Arguments of system calls, hexadecimal in text.
  SIZE_ARGUMENT("length: ", "length"),
  FLAGS_ARGUMENT("flags: ", "flags"),
  MODE_ARGUMENT("mode: ", "mode"),
  USER_ARGUMENT("uid: ", "uid"),
  EFFECTIVE_USER_ARGUMENT("euid: ", "euid"),

  // Fields of tasks and signals.
  NEW_TASK("pid="),
  CLONE_FLAGS("clone_flags="),
  SIGNAL("sig="),
  SIGNAL_CODE("code="),

  // Fields of xfs's events, read from text only because they differ from kernel to kernel.
  GROUP("agno ", null),
  GROUP_BLOCK("agbno ", null),
  FS_BLOCK_COUNT("fsbcount ", null),
  FILE_OFFSET("fileoff ", null),
  OFFSET("offset ", null),
  START_BLOCK("startblock ", null),

  // Fields of probes.
  PAGE("page="),
  FRAME("pfn="),
  REFERENCES("refs="),
  PINS("pins="),
  FLAGS("flags="),
  COUNT("count="),
  MAP_COUNT("map="),
  HEAD("head="),
  MAPPING("mapping="),
  HEAD_MAPPING("hmapping="),
  MAPPED("mapped="),
  VMEMMAP_BASE("vb="),
  PIPE("pipe="),
  BIO("bio="),
  DAX("dax="),
  ENTRY("entry="),
  PAGE_OFFSET("pgoff="),
  INODE("ino="),
  DEVICE("dev="),
  LINKS("links="),
  SIZE("size="),
  RETURNED("ret="),
  PERF_RETURNED("arg1="),
  TID("tid="),
  LEVEL("level="),
  TID_1("tid1="),
  TID_2("tid2=");

  @SuppressWarnings("ImmutableEnumChecker") // nobody outside the package sees it
  private final byte[] label;

  private final String binary;

  EventField(String label) {
    this(label, label.substring(0, label.length() - 1));
  }

  EventField(String label, String binary) {
    this.label = label.getBytes(StandardCharsets.ISO_8859_1);
    this.binary = binary;
  }

  /** Returns the label before the value in the kernel's text. */
  byte[] label() {
    return label;
  }

  /** Returns the name of the field in binary formats; null if the field is read from text only. */
  public String binary() {
    return binary;
  }

  @Override
  public String toString() {
    return new String(label, StandardCharsets.ISO_8859_1).strip();
  }
}
