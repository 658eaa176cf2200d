package io.pinaudit.analyzer.report;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.finding.Severity;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The page of a rule, docs/rules/NAME.md, which is packed into the jar.
 *
 * @param hazard the hazard that the page describes
 * @param markdown the text of the whole page
 */
record RulePage(Hazard hazard, String markdown) {
  private static final Pattern LEAD =
      Pattern.compile("(?ms)^\\*\\*(\\w+)[^*]*\\*\\*\\s+(.*?)\\n\\n");

  /** Returns the page of a hazard's rule. */
  static RulePage of(Hazard hazard) {
    String name = "rules/" + hazard.rule() + ".md";
    try (InputStream in = RulePage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not packed");
      }
      return new RulePage(hazard, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the usual severity of the hazard, which is the first bold word of the page. */
  Severity severity() {
    return Severity.valueOf(lead().group(1).toUpperCase(Locale.ROOT));
  }

  /** Returns the sentences below the title. */
  String summary() {
    return plain(lead().group(2));
  }

  /** Returns what to change in the program. */
  String fix() {
    return plain(section("How to fix it"));
  }

  /** Returns a text in one line without Markdown's marks. */
  private static String plain(String markdown) {
    return markdown
        .replaceAll("\\s+", " ")
        .replaceAll("\\[([^\\]]*)\\]\\([^)]*\\)", "$1")
        .replace("`", "");
  }

  /** Returns the text below a heading, up to the next heading; empty if there is none. */
  String section(String heading) {
    Matcher section =
        Pattern.compile("(?ms)^## " + Pattern.quote(heading) + "\\n(.*?)(?=^## |\\z)")
            .matcher(markdown);
    return section.find() ? section.group(1).strip() : "";
  }

  private Matcher lead() {
    Matcher lead = LEAD.matcher(markdown);
    if (!lead.find()) {
      throw new IllegalStateException(hazard + ".md: expected **Severity.** and a sentence");
    }
    return lead;
  }
}
