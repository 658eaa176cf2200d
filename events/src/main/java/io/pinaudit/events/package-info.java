/**
 * The JFR events that the agent commits and the analyzer reads. They hold names, fields and units,
 * and no logic beyond what JFR adds.
 *
 * <p>Depends on {@code jdk.jfr} only; Java 17 bytecode. The agent defines these classes in the boot
 * loader, so they must not refer to anything outside this package and the JDK. Every time in them
 * is CLOCK_MONOTONIC, which is what {@link System#nanoTime()} reads on Linux; JFR's own start time
 * is only a fallback.
 *
 * <p>One thread creates, fills and commits an event.
 */
package io.pinaudit.events;
