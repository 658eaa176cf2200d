package io.pinaudit.analyzer;

import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.pinaudit.analyzer.trace.TraceReader;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Who reads files of strangers is fuzzed. */
class ReadersTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter().importPackages("io.pinaudit.analyzer");

  @Test
  void haveAFuzzTestBesideThem() {
    Set<String> fuzzed =
        CLASSES.stream()
            .filter(each -> each.getSimpleName().endsWith("FuzzTest"))
            .map(JavaClass::getPackageName)
            .collect(Collectors.toSet());
    for (JavaClass reader : CLASSES) {
      // Those of trace wrap another reader.
      if (reader.isAssignableTo(TraceReader.class)
          && !reader.getPackage().equals(CLASSES.get(TraceReader.class).getPackage())
          && !reader.getSimpleName().endsWith("Test")
          && !reader.isAnonymousClass()) {
        assertTrue(fuzzed.contains(reader.getPackageName()), reader + " has no *FuzzTest");
      }
    }
  }
}
