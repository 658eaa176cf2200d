package io.pinaudit.agent.state;

import io.pinaudit.agent.guard.Guard;
import io.pinaudit.agent.meet.Rendezvous;

/**
 * The state that the hooks of one JVM share: the mappings, pins, requests and rings, the addresses
 * of known functions, the looks at mapped files, the meetings of threads, the guard, and the
 * recorder of events.
 */
public record Session(
    Mappings mappings,
    Pins pins,
    Requests requests,
    Rings rings,
    SymbolTable symbols,
    Endpoints endpoints,
    Pipes pipes,
    MemoryMap memoryMap,
    Looks looks,
    Rendezvous rendezvous,
    Guard guard,
    Recorder recorder) {

  /**
   * Makes the session of one JVM.
   *
   * @param rendezvous {@link Rendezvous#NONE} without a plan
   * @param guard {@link Guard#NONE} without one
   */
  public static Session create(Rendezvous rendezvous, Guard guard) {
    Recorder recorder = new Recorder();
    Mappings mappings = new Mappings();
    return new Session(
        mappings,
        new Pins(),
        new Requests(),
        new Rings(),
        new SymbolTable(),
        new Endpoints(recorder.kernel()),
        new Pipes(recorder.kernel()),
        new MemoryMap(),
        new Looks(mappings, recorder),
        rendezvous,
        guard,
        recorder);
  }

  /** Returns whether calls are of interest: to a recording or to the guard. */
  public boolean watches() {
    return guard.isOn() || recorder.started();
  }

  /** Returns this session without the guard. */
  public Session unguarded() {
    return new Session(
        mappings,
        pins,
        requests,
        rings,
        symbols,
        endpoints,
        pipes,
        memoryMap,
        looks,
        rendezvous,
        Guard.NONE,
        recorder);
  }
}
