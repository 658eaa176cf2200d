package io.pinaudit.cli.manual;

import io.pinaudit.cli.manual.Manual.OptionWords;
import io.pinaudit.cli.manual.Manual.VerbWords;
import java.util.List;

/**
 * Man pages in the macros of man(7).
 *
 * @param version of this program
 * @param date of the release, such as {@code 2026-11-22}
 */
record ManPage(String version, String date) {
  private static final String STATUS =
      """
      .SH EXIT STATUS
      .TP
      .B 0
      nothing was found, and all was seen
      .TP
      .B 1
      findings
      .TP
      .B 2
      wrong usage, or a file that cannot be read or written
      .TP
      .B 3
      nothing was found, but not all was seen that the rules need
      """;

  private static final String WHOSE_STATUS =
      """
      .SH EXIT STATUS
      That of the command; 2 if it could not be started.
      """;

  /** Returns the page of the program, which lists its verbs. */
  String ofAll(List<VerbWords> verbs) {
    StringBuilder text = head("pinaudit", "finds storage blocks that are freed while pinned");
    text.append(".SH SYNOPSIS\n.B pinaudit\n.I VERB\n[options] [arguments]\n");
    text.append(".SH DESCRIPTION\n");
    text.append(
        "Records a JVM and the kernel, and reports storage blocks, page\\-cache pages and\n");
    text.append("mappings that are taken away while direct I/O, a pipe or a device uses them.\n");
    text.append(".SH VERBS\n");
    for (VerbWords verb : verbs) {
      text.append(".TP\n.BR pinaudit\\-%s (1)\n%s\n".formatted(verb.name(), plain(verb.summary())));
    }
    text.append(".TP\n.BI \"pinaudit help \" VERB\nshow the options of a verb\n");
    text.append(".TP\n.B pinaudit \\-\\-version\nshow the version\n");
    text.append(STATUS).append(environment());
    return text.toString();
  }

  /** Returns the page of one verb, which lists its options. */
  String of(VerbWords verb) {
    StringBuilder text = head("pinaudit-" + verb.name(), verb.summary());
    text.append(".SH SYNOPSIS\n.B pinaudit %s\n[options]".formatted(plain(verb.name())));
    text.append(verb.arguments().isEmpty() ? "\n" : "\n" + plain(verb.arguments()) + "\n");
    text.append(".SH OPTIONS\n");
    verb.options().forEach(option -> text.append(of(option)));
    text.append(verb.runsACommand() ? WHOSE_STATUS : STATUS);
    text.append(".SH SEE ALSO\n.BR pinaudit (1)\n");
    return text.toString();
  }

  private static String of(OptionWords option) {
    String letter = option.letter().isEmpty() ? "" : "\\fB\\-" + option.letter() + "\\fR, ";
    String value = option.takesValue() ? " \\fI" + plain(option.value()) + "\\fR" : "";
    return ".TP\n%s\\fB\\-\\-%s\\fR%s\n%s\n"
        .formatted(letter, plain(option.name()), value, plain(option.meaning()));
  }

  private StringBuilder head(String name, String summary) {
    return new StringBuilder()
        .append(
            ".TH %s 1 %s \"pinaudit %s\" \"pinaudit\"\n"
                .formatted(plain(name.toUpperCase(java.util.Locale.ROOT)), date, plain(version)))
        .append(".SH NAME\n%s \\- %s\n".formatted(plain(name), plain(summary)));
  }

  private static String environment() {
    return """
    .SH ENVIRONMENT
    .TP
    .B PINAUDIT_JAVA_HOME
    the JDK 25 that pinaudit itself runs on; it is looked for before
    .B JAVA_HOME
    and the usual folders
    .TP
    .B PINAUDIT_JAVA_OPTS
    options for that JVM
    .TP
    .B XDG_CACHE_HOME
    where a first start keeps what makes later ones faster (~/.cache)
    .TP
    .B NO_COLOR
    reports without colour
    """;
  }

  /** Returns a text in which nothing is a request, an escape or a typographic hyphen. */
  static String plain(String text) {
    String escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("…", "...");
    return escaped.startsWith(".") || escaped.startsWith("'") ? "\\&" + escaped : escaped;
  }
}
