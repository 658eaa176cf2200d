package io.pinaudit.cli.recording;

import io.pinaudit.cli.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * What the user says of a recording: its host, and labels such as {@code app.version=1.4}.
 *
 * @param host what the host is called in a fleet
 * @param values by name, in the order of the command line
 */
record Labels(String host, Map<String, String> values) {
  private static final int MOST = 32;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/-]{0,62}");
  private static final Pattern VALUE = Pattern.compile("[^\\p{Cntrl}]{0,256}");
  private static final Pattern HOST = Pattern.compile("[^\\p{Cntrl}]{1,256}");

  /** Adds the options that the labels are read from. */
  static Options addTo(Options options) {
    return options
        .addOption(
            Option.builder()
                .longOpt("label")
                .hasArg()
                .argName("NAME=VALUE")
                .desc("say something of this run for a fleet's tables: app.version=1.4; repeatable")
                .get())
        .addOption(
            Option.builder()
                .longOpt("host")
                .hasArg()
                .argName("NAME")
                .desc("what this host is called in a fleet (default: its machine id)")
                .get());
  }

  /**
   * Reads the options.
   *
   * @throws UsageException if one of them is not a name and a value, or a name is there twice
   */
  static Labels of(CommandLine line) {
    Map<String, String> values = new LinkedHashMap<>();
    String[] words = line.getOptionValues("label");
    for (String word : words == null ? new String[0] : words) {
      int equals = word.indexOf('=');
      String name = equals < 0 ? word : word.substring(0, equals);
      if (equals < 0
          || !NAME.matcher(name).matches()
          || !VALUE.matcher(word.substring(equals + 1)).matches()) {
        throw new UsageException(
            "--label '"
                + word
                + "': expected NAME=VALUE, a name of up to 63 letters, digits and . _ / -, and a"
                + " value of up to 256 characters in one line");
      }
      if (values.put(name, word.substring(equals + 1)) != null) {
        throw new UsageException("--label " + name + " is there twice");
      }
    }
    if (values.size() > MOST) {
      throw new UsageException(values.size() + " labels; at most " + MOST + " are kept");
    }
    return new Labels(host(line), Collections.unmodifiableMap(values));
  }

  private static String host(CommandLine line) {
    String named = line.getOptionValue("host");
    if (named == null) {
      return machine(Path.of("/"));
    }
    if (!HOST.matcher(named).matches()) {
      throw new UsageException("--host: expected 1 to 256 characters in one line");
    }
    return named;
  }

  /** Returns the machine's id, or its host name where there is none, as in many containers. */
  static String machine(Path root) {
    for (String file : new String[] {"etc/machine-id", "proc/sys/kernel/hostname"}) {
      String text = read(root.resolve(file));
      if (!text.isEmpty() && !text.equals("uninitialized")) {
        return text;
      }
    }
    return null;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file).strip();
    } catch (IOException e) {
      // An unreadable name is as good as none: a host without a name is recorded all the same.
      return "";
    }
  }
}
