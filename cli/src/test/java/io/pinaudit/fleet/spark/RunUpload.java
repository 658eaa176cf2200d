package io.pinaudit.fleet.spark;

import java.util.Arrays;
import java.util.List;

/** Stands for the program of the module fleet-spark, and says what it was asked for. */
public final class RunUpload {
  private RunUpload() {}

  /** Fails at stores of some names. */
  public static void main(String[] words) {
    List<String> asked = Arrays.asList(words);
    System.out.println("warning: something of a library");
    if (asked.contains("s3a://closed")) {
      System.out.println("pinaudit: error: s3a://closed: no access");
      System.out.println("something else");
      System.exit(2);
    }
    if (asked.contains("s3a://crash")) {
      System.err.println("it is gone");
      System.exit(1);
    }
    System.out.println(asked);
  }
}
