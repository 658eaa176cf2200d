/**
 * The JFR events that the agent commits and the analyzer reads: names, fields and units, nothing
 * else.
 *
 * <p>Depends on {@code jdk.jfr} only, Java 17 bytecode, no logic beyond what JFR itself adds. The
 * agent defines these classes in the boot loader, so they must not refer to anything outside this
 * package and the JDK. Every time in them is CLOCK_MONOTONIC, which is what {@link
 * System#nanoTime()} reads on Linux; JFR's own start time is only a fallback.
 *
 * <p>Events are created, filled and committed by one thread.
 */
package io.pinaudit.events;
