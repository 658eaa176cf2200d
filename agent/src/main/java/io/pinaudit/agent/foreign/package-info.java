/**
 * The hooks of calls to native functions: through the foreign linker, JNA and jffi.
 *
 * <p>A call of a known symbol becomes the same {@code call} that the JDK's own method would have
 * become. Depends on {@code call}, {@code state} and {@code jdk}. Runs on any thread of the
 * application, takes no lock, and never throws into it.
 */
package io.pinaudit.agent.foreign;
