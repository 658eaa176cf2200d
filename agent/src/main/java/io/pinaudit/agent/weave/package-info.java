/**
 * Rewrites class files: puts calls of the dispatcher into methods, with ASM.
 *
 * <p>The code runs in class-file transformers, on any thread; threads share only immutable objects.
 */
package io.pinaudit.agent.weave;
