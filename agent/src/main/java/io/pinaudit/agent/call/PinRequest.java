package io.pinaudit.agent.call;

/**
 * How memory is to be pinned.
 *
 * @param longTerm whether the pin is meant to last: FOLL_LONGTERM of the kernel
 * @param key what the pins end by; null if the call returns it
 */
public record PinRequest(String operation, boolean longTerm, String holder, Object key) {}
