/**
 * What outlives a call: mappings, descriptors, pins, requests, rings and the symbols of libraries.
 *
 * <p>Depends on {@code jdk} and the events. Shared by all threads of the application, without
 * locks: each class says how.
 */
package io.pinaudit.agent.state;
