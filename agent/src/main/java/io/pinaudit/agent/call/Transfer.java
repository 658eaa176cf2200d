package io.pinaudit.agent.call;

import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.Endpoint;
import java.util.List;

/**
 * An I/O as the program asked for it.
 *
 * @param storage the file or device of the descriptor
 * @param offsetBytes offset in the storage endpoint; −1 for its file position
 */
public record Transfer(
    String operation, List<BufferPiece> pieces, Endpoint storage, long offsetBytes) {}
