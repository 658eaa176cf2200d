package io.pinaudit.agent.call;

import io.pinaudit.agent.state.Endpoint;
import io.pinaudit.agent.state.Endpoints;

/**
 * The file or socket that an asynchronous request reads from or writes to.
 *
 * @param registered what was registered under the number that the request gives; null if it gives a
 *     descriptor
 */
public record Target(int descriptor, Endpoint registered) {
  /** Returns the file or socket of a descriptor. */
  public static Target of(int descriptor) {
    return new Target(descriptor, null);
  }

  boolean mayBeDirect(Endpoints endpoints) {
    return registered == null ? endpoints.mayBeDirect(descriptor) : registered.direct();
  }

  Endpoint endpoint(Endpoints endpoints) {
    return registered == null ? endpoints.of(descriptor) : registered;
  }
}
