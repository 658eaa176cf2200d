package io.pinaudit.fleet;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, inside the fleet. */
class ArrowsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.pinaudit.fleet");

  @Test
  void makeNoCircle() {
    slices().matching("io.pinaudit.fleet.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void pointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("row")
        .definedBy("io.pinaudit.fleet.row")
        .layer("find")
        .definedBy("io.pinaudit.fleet.find")
        .layer("table")
        .definedBy("io.pinaudit.fleet.table")
        .layer("audit")
        .definedBy("io.pinaudit.fleet.audit")
        .layer("report")
        .definedBy("io.pinaudit.fleet.report")
        .layer("verb")
        .definedBy("io.pinaudit.fleet")
        .whereLayer("verb")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("report")
        .mayOnlyBeAccessedByLayers("verb")
        .whereLayer("audit")
        .mayOnlyBeAccessedByLayers("verb")
        .whereLayer("table")
        .mayOnlyBeAccessedByLayers("audit", "report", "verb")
        .whereLayer("find")
        .mayOnlyBeAccessedByLayers("audit", "report", "verb")
        .check(CLASSES);
  }
}
