/**
 * A JUnit Jupiter extension: {@link io.pinaudit.junit.NoPinHazards} on a test class or method makes
 * it fail if what the tests do endangers storage or memory that an I/O still uses.
 *
 * <p>The extension puts the agent into the tests' JVM unless the build has done so, records a class
 * (or one method) with JFR, and judges the recording when the class ends. On Java 25 it does so in
 * this JVM, on 17 to 24 by a JDK 25 that it finds as the launcher does. Run directories and reports
 * are written below {@code target/pinaudit}, or {@code build/pinaudit} in a Gradle project.
 */
package io.pinaudit.junit;
