package io.pinaudit.lab;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;

/** Holds the poms against what Maven Central asks of those that are deployed. */
class PomsTest {
  private static final Path ROOT = Path.of("..");

  private static Document pom(Path folder) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(folder.resolve("pom.xml").toFile());
  }

  private static String text(Document pom, String path) throws Exception {
    return XPathFactory.newInstance().newXPath().evaluate("/project/" + path, pom).strip();
  }

  private static List<String> modules() throws Exception {
    Document root = pom(ROOT);
    List<String> modules = new ArrayList<>();
    for (int i = 1; !text(root, "modules/module[" + i + "]").isEmpty(); i++) {
      modules.add(text(root, "modules/module[" + i + "]"));
    }
    return modules;
  }

  static Stream<String> deployed() throws Exception {
    List<String> deployed = new ArrayList<>();
    for (String module : modules()) {
      if (!text(pom(ROOT.resolve(module)), "properties/maven.deploy.skip").equals("true")) {
        deployed.add(module);
      }
    }
    return deployed.stream();
  }

  /** All modules inherit these. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "url",
        "licenses/license/name",
        "licenses/license/url",
        "developers/developer/name",
        "scm/url",
        "scm/connection",
        "scm/developerConnection"
      })
  void sayWhoseTheyAre(String path) throws Exception {
    assertFalse(text(pom(ROOT), path).isEmpty(), path);
  }

  @ParameterizedTest
  @MethodSource("deployed")
  void haveSourcesAndJavadocAndSayWhatTheyAre(String module) throws Exception {
    Document pom = pom(ROOT.resolve(module));
    for (String path : List.of("name", "description")) {
      assertFalse(text(pom, path).isEmpty(), path);
    }
    for (String skip : List.of("maven.source.skip", "maven.javadoc.skip")) {
      assertTrue(text(pom, "properties/" + skip).equals("false"), skip);
    }
  }
}
