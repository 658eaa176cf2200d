package io.pinaudit.analyzer;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md, inside the analyzer. */
class ArrowsTest {
  @Test
  void pointOneWay() {
    JavaClasses classes =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.pinaudit.analyzer");
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("trace")
        .definedBy("..trace")
        .layer("readers")
        .definedBy("..jfr", "..ftrace", "..bpftrace", "..tracedat")
        .layer("timeline")
        .definedBy("..timeline")
        .layer("rule")
        .definedBy("..rule")
        .layer("audit")
        .definedBy("..audit")
        .layer("gate")
        .definedBy("..gate")
        .layer("report")
        .definedBy("..report")
        .layer("cli")
        .definedBy("..cli")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("report")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("gate")
        .mayOnlyBeAccessedByLayers("report", "cli")
        .whereLayer("audit")
        .mayOnlyBeAccessedByLayers("gate", "report", "cli")
        .whereLayer("rule")
        .mayOnlyBeAccessedByLayers("audit", "gate", "report", "cli")
        .whereLayer("timeline")
        .mayOnlyBeAccessedByLayers("rule", "audit", "gate", "report")
        .whereLayer("readers")
        .mayOnlyBeAccessedByLayers("audit")
        .check(classes);
  }
}
