package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Looks at the report in a real Chromium, on a desktop, on a phone, by day and by night. */
class HtmlInBrowserTest {
  private static final long MOST_SECONDS = 300;
  private static final Path CHROMIUM = Path.of("/usr/bin/chromium");

  /** A page around the report, which is in a frame as wide as a screen, and measures it there. */
  private static final String PROBE =
      """
      <!DOCTYPE html><meta charset="utf-8"><body style="margin:0"><iframe id="f" style="border:0;width:@WIDTH@px;height:900px" srcdoc="@REPORT@"></iframe>
      <pre id="result"></pre><script>
      onload = () => {
        const page = document.getElementById('f').contentDocument, root = page.documentElement;
        const seen = page.querySelectorAll('.bar');
        document.getElementById('result').textContent = 'RESULT' + JSON.stringify({
          width: root.scrollWidth,
          wide: [...page.querySelectorAll('body *')].filter(e => !e.closest('.skip') && e.getBoundingClientRect().right > root.clientWidth + 1 && !e.closest('pre')).map(e => e.tagName + '.' + e.className + ' ' + e.textContent.slice(0, 30)),
          injected: page.querySelectorAll('script, img, b').length,
          bars: seen.length,
          hidden: [...seen].filter(e => e.getBoundingClientRect().width < 1).length,
          back: page.defaultView.getComputedStyle(page.body).backgroundColor,
          keys: [...page.querySelectorAll('a, summary')].filter(e => e.tabIndex < 0).length,
          stops: page.querySelectorAll('a, summary').length,
          title: page.title}) + 'END';
      };
      </script>
      """;

  /** The report as it is in such a frame, but for its policy, which lets no script in. */
  private static final String JUDGE =
      """
      <!DOCTYPE html><meta charset="utf-8"><body style="margin:0"><iframe id="f" style="border:0;width:@WIDTH@px;height:900px" srcdoc="@REPORT@"></iframe>
      <pre id="result"></pre><script>
      onload = () => document.getElementById('f').contentWindow.axe.run().then(found => {
        document.getElementById('result').textContent = 'RESULT' + JSON.stringify({
          passed: found.passes.length,
          violated: found.violations.map(v => v.id + ': ' + v.nodes.length + ', first ' + v.nodes[0].target.join(' ') + ' ' + v.nodes[0].html.slice(0, 100))}) + 'END';
      });
      </script>
      """;

  @TempDir Path folder;

  @BeforeEach
  void needsChromium() {
    assumeTrue(Files.isExecutable(CHROMIUM), CHROMIUM + " is missing: apt-get install chromium");
  }

  private JsonNode measure(String html, int width, boolean dark) throws Exception {
    return inFrame(PROBE, html, width, dark);
  }

  private JsonNode inFrame(String around, String html, int width, boolean dark) throws Exception {
    String escaped = html.replace("&", "&amp;").replace("\"", "&quot;");
    Path page = folder.resolve("probe.html");
    Files.writeString(
        page, around.replace("@WIDTH@", String.valueOf(width)).replace("@REPORT@", escaped));
    String dom = chromium(page, "--dump-dom", dark);
    int start = dom.indexOf("RESULT{");
    assertTrue(start >= 0, "the page was measured");
    String json = dom.substring(start + "RESULT".length(), dom.indexOf("}END", start) + 1);
    return JsonMapper.shared().readTree(json.replace("&amp;", "&").replace("&lt;", "<"));
  }

  private String chromium(Path page, String action, boolean dark) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                CHROMIUM.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--hide-scrollbars",
                "--virtual-time-budget=20000",
                "--window-size=1300,1600",
                "--user-data-dir=" + Files.createTempDirectory(folder, "profile")));
    if (dark) {
      command.add("--blink-settings=preferredColorScheme=0");
    }
    command.add(action);
    command.add(page.toUri().toString());
    Path out = folder.resolve("out");
    Process browser =
        new ProcessBuilder(command)
            .redirectOutput(out.toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    if (!browser.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      browser.destroyForcibly();
      throw new IOException("chromium did not end within " + MOST_SECONDS + " s");
    }
    return Files.readString(out);
  }

  @Test
  void fitsAScreenAndAPhone() throws Exception {
    String html = Runs.report(Format.HTML, Runs.all(folder));
    for (int width : new int[] {1280, 390, 320}) {
      JsonNode page = measure(html, width, false);
      assertTrue(page.at("/width").asInt() <= width, "does not scroll sideways: " + page);
      assertEquals(0, page.at("/wide").size(), "nothing is cut off: " + page);
      assertTrue(page.at("/bars").asInt() > 10, "pictures: " + page);
      assertEquals(0, page.at("/hidden").asInt(), "every bar can be seen: " + page);
    }
  }

  @Test
  void runsNothingThatAHostileNameHolds() throws Exception {
    JsonNode page =
        measure(Runs.report(Format.HTML, List.of(Runs.judged(Runs.hostile(folder)))), 1280, false);
    assertEquals(0, page.at("/injected").asInt());
    assertTrue(page.at("/title").asString().startsWith("pinaudit: 3 findings"));
  }

  @Test
  void isDarkInTheDarkAndWorksByKeyboard() throws Exception {
    String html = Runs.report(Format.HTML, List.of(Runs.judged(Runs.JAVA)));
    JsonNode day = measure(html, 1280, false);
    JsonNode night = measure(html, 1280, true);
    assertNotEquals(day.at("/back").asString(), night.at("/back").asString());
    assertEquals(0, day.at("/keys").asInt(), "every link and fold can be reached");
    assertTrue(day.at("/stops").asInt() > 5);
  }

  @ParameterizedTest
  @CsvSource({"1280, false", "380, true"})
  void breaksNoRuleOfAccessibility(int width, boolean dark) throws Exception {
    JsonNode judged =
        inFrame(JUDGE, withAxe(Runs.report(Format.HTML, Runs.all(folder))), width, dark);
    assertEquals("[]", judged.at("/violated").toString());
    assertTrue(judged.at("/passed").asInt() > 15, judged::toString);
  }

  @Test
  void wouldSeeARuleBroken() throws Exception {
    String html = withAxe(Runs.report(Format.HTML, List.of(Runs.judged(Runs.JAVA))));
    String nameless = html.replace("</body>", "<img src='data:,'></body>");
    JsonNode judged = inFrame(JUDGE, nameless, 1280, false);
    assertTrue(judged.at("/violated").toString().contains("image-alt"), judged::toString);
  }

  private static String withAxe(String html) throws IOException {
    try (InputStream script = HtmlInBrowserTest.class.getResourceAsStream("/axe.min.js")) {
      String axe = new String(script.readAllBytes(), StandardCharsets.UTF_8);
      String open = html.replaceAll("<meta http-equiv=\"Content-Security-Policy\"[^>]*>", "");
      assertNotEquals(html, open, "the policy was found");
      return open.replace("</body>", "<script>" + axe + "</script></body>");
    }
  }

  @Test
  void isPainted() throws Exception {
    Path html = folder.resolve("report.html");
    Files.writeString(html, Runs.report(Format.HTML, List.of(Runs.judged(Runs.JAVA))));
    Path picture = Files.createDirectories(Path.of("target/html-report")).resolve("desktop.png");
    chromium(html, "--screenshot=" + picture.toAbsolutePath(), false);
    var image = ImageIO.read(picture.toFile());
    long colours =
        java.util.Arrays.stream(
                image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()))
            .distinct()
            .count();
    assertTrue(colours > 100, colours + " colours");
  }
}
