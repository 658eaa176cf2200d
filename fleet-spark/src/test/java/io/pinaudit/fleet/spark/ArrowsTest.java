package io.pinaudit.fleet.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The arrows of docs/architecture.md: Spark stays in its module. */
class ArrowsTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.pinaudit");

  @Test
  void leadToSparkFromHereOnly() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.pinaudit.fleet.spark")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "scala..", "io.pinaudit.fleet.spark")
        .check(CLASSES);
  }

  @Test
  void leadToTheCoreOfSparkOnly() {
    noClasses()
        .that()
        .resideInAPackage("io.pinaudit.fleet.spark")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark.sql..")
        .check(CLASSES);
  }
}
