/**
 * Rewrites class files: puts calls of the dispatcher into methods, with ASM.
 *
 * <p>Depends on {@code boot} and on ASM alone. Runs in class-file transformers, on any thread;
 * nothing is shared but what is immutable.
 */
package io.pinaudit.agent.weave;
