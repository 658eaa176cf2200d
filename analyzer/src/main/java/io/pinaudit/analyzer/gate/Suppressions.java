package io.pinaudit.analyzer.gate;

import io.pinaudit.analyzer.finding.Hazard;
import io.pinaudit.analyzer.trace.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Reads suppressions, one a line; the reason comes last and goes on to the end of the line:
 *
 * <pre>
 * rule=TruncateStalledByPin class=com.example.** path="/mnt/dax/a b/*" until=2027-03-31 reason=fixed in 2.4
 * </pre>
 *
 * <p>In a pattern {@code *} stands for any characters but the separator (a dot in classes, a slash
 * in paths), {@code **} for any at all, {@code ?} for one.
 */
final class Suppressions {
  private static final Pattern WORD = Pattern.compile("\\s*([a-z]+)=(?:\"([^\"]*)\"|(\\S*))");
  private static final Set<String> CRITERIA = Set.of("rule", "class", "method", "path");

  private final Map<String, String> words = new HashMap<>();
  private final String place;

  private Suppressions(String place) {
    this.place = place;
  }

  /**
   * Reads all suppressions of a file.
   *
   * @throws IOException if the file cannot be read or a line is not a suppression
   */
  static List<Suppression> read(Path file) throws IOException {
    List<Suppression> all = new ArrayList<>();
    int number = 0;
    for (String line : Lines.of(file)) {
      number++;
      if (Lines.says(line)) {
        all.add(new Suppressions(file + ":" + number).suppression(line.strip()));
      }
    }
    return List.copyOf(all);
  }

  private Suppression suppression(String line) throws InputException {
    split(line);
    check();
    return new Suppression(
        place,
        Hazard.of(words.get("rule")).orElse(null),
        pattern("class", '.'),
        pattern("method", '.'),
        pattern("path", '/'),
        until(),
        words.get("reason"));
  }

  private void split(String line) throws InputException {
    Matcher word = WORD.matcher(line);
    int at = 0;
    while (at < line.length()) {
      if (line.substring(at).stripLeading().startsWith("reason=")) {
        put("reason", line.substring(line.indexOf("reason=", at) + "reason=".length()).strip());
        return;
      }
      if (!word.region(at, line.length()).lookingAt()) {
        throw error("expected key=value, found: " + Lines.shown(line.substring(at).strip()));
      }
      put(word.group(1), word.group(2) != null ? word.group(2) : word.group(3));
      at = word.end();
    }
  }

  private void put(String key, String value) throws InputException {
    if (!CRITERIA.contains(key) && !key.equals("until") && !key.equals("reason")) {
      throw error("unknown key '" + key + "', expected rule, class, method, path, until or reason");
    }
    if (value.isEmpty()) {
      throw error(key + " is empty");
    }
    if (words.put(key, value) != null) {
      throw error(key + " is there twice");
    }
  }

  private void check() throws InputException {
    if (!words.containsKey("reason")) {
      throw error("a reason is missing: end the line with reason=…");
    }
    if (CRITERIA.stream().noneMatch(words::containsKey)) {
      throw error("it would excuse everything: give a rule, class, method or path");
    }
    String rule = words.get("rule");
    if (rule != null && Hazard.of(rule).isEmpty()) {
      throw error(
          "no rule '%s', expected one of %s"
              .formatted(
                  Lines.shown(rule),
                  Arrays.stream(Hazard.values())
                      .map(Hazard::rule)
                      .collect(Collectors.joining(", "))));
    }
  }

  private LocalDate until() throws InputException {
    String text = words.get("until");
    try {
      return text == null ? null : LocalDate.parse(text);
    } catch (DateTimeParseException e) {
      throw error("'" + Lines.shown(text) + "' is no date, expected YYYY-MM-DD");
    }
  }

  private Pattern pattern(String key, char separator) {
    String text = words.get(key);
    return text == null ? null : glob(text, separator);
  }

  static Pattern glob(String text, char separator) {
    StringBuilder regex = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (text.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^").append(separator).append("]*");
      } else if (c == '?') {
        regex.append("[^").append(separator).append(']');
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }

  private InputException error(String message) {
    return new InputException(place + ": error: " + message);
  }
}
