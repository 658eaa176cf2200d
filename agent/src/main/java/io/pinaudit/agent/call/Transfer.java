package io.pinaudit.agent.call;

import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Endpoint;
import java.util.List;

/**
 * An I/O as it was asked for.
 *
 * @param storage what its descriptor stands for
 * @param offsetBytes where in the storage endpoint, −1 at its file position
 */
public record Transfer(
    String operation, List<BufferPiece> pieces, Endpoint storage, long offsetBytes) {}
