/**
 * Says how a JVM is recorded and how a run is judged, for everything that does so: the command
 * line, the JUnit extension and the Maven plugin.
 *
 * <p>{@link io.pinaudit.harness.RecordingOptions} are the options of an audited JVM, {@link
 * io.pinaudit.harness.PinauditCommand} is the command line that judges what it recorded, and {@link
 * io.pinaudit.harness.Jdks} finds the JDK 25 that this command needs. The classes run on Java 17,
 * need no other class, and start no process themselves unless their name says so.
 */
package io.pinaudit.harness;
