/**
 * The hooks of calls to native functions: through the foreign linker, JNA and jffi.
 *
 * <p>A call of a known symbol becomes the same {@code call} that the JDK's own method would have
 * become. Hooks run on any thread of the application, take no lock, and never throw into the
 * application.
 */
package io.pinaudit.agent.foreign;
