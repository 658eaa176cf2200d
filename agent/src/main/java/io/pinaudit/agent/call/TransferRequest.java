package io.pinaudit.agent.call;

import io.pinaudit.agent.state.UserMemory;

/**
 * An asynchronous read or write as an entry asks for it.
 *
 * @param offsetBytes where in the file, −1 at its position
 */
public record TransferRequest(
    String operation, Target target, UserMemory memory, long offsetBytes) {}
