/**
 * What a call that is about to be made does to memory and files: it hands bytes over to the kernel,
 * or it takes them away, and of which file or memory. Meetings and the guard ask the same question
 * of two such calls: which bytes are they both about?
 *
 * <p>Values, safe for any thread.
 */
package io.pinaudit.agent.stand;
