/**
 * The goals of pinaudit-maven-plugin: {@code prepare-agent} records the JVMs that the tests run in,
 * {@code gate} judges the recordings and fails the build on hazards.
 */
package io.pinaudit.maven;
