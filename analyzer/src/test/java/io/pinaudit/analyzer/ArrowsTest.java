package io.pinaudit.analyzer;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, inside the analyzer. */
class ArrowsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.pinaudit.analyzer");

  @Test
  void makeNoCircle() {
    slices().matching("io.pinaudit.analyzer.(**)").should().beFreeOfCycles().check(CLASSES);
  }

  @Test
  void pointOneWay() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("trace")
        .definedBy("..trace")
        .layer("readers")
        .definedBy("..jfr", "..ftrace", "..bpftrace", "..tracedat")
        .layer("timeline")
        .definedBy("..timeline")
        .layer("plan")
        .definedBy("..plan")
        .layer("finding")
        .definedBy("..finding")
        .layer("rule")
        .definedBy("..rule")
        .layer("audit")
        .definedBy("..audit")
        .layer("whatif")
        .definedBy("..whatif")
        .layer("gate")
        .definedBy("..gate")
        .layer("predict")
        .definedBy("..predict")
        .layer("report")
        .definedBy("..report")
        .whereLayer("report")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("predict")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("gate")
        .mayOnlyBeAccessedByLayers("report")
        .whereLayer("whatif")
        .mayOnlyBeAccessedByLayers("gate", "report")
        .whereLayer("audit")
        .mayOnlyBeAccessedByLayers("whatif", "predict", "gate", "report")
        .whereLayer("rule")
        .mayOnlyBeAccessedByLayers("audit", "gate", "report")
        .whereLayer("finding")
        .mayOnlyBeAccessedByLayers("rule", "audit", "whatif", "predict", "gate", "report")
        .whereLayer("plan")
        .mayOnlyBeAccessedByLayers("rule", "audit", "predict", "gate", "report")
        .whereLayer("timeline")
        .mayOnlyBeAccessedByLayers(
            "finding", "rule", "audit", "whatif", "predict", "gate", "report")
        .whereLayer("readers")
        .mayOnlyBeAccessedByLayers("audit")
        .check(CLASSES);
  }
}
