/**
 * The state that outlives a call: mappings, descriptors, pins, requests, rings and the symbols of
 * libraries.
 *
 * <p>All threads of the application share this state without locks; each class says how.
 */
package io.pinaudit.agent.state;
