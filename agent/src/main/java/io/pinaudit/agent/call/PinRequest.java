package io.pinaudit.agent.call;

/**
 * Says how memory is to be pinned.
 *
 * @param longTerm whether the pin is meant to last: FOLL_LONGTERM of the kernel
 * @param key the value by which the program will end the pins; null if the call returns this value
 */
public record PinRequest(String operation, boolean longTerm, String holder, Object key) {}
