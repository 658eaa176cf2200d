package io.pinaudit.agent.state;

import io.pinaudit.agent.meet.Rendezvous;

/**
 * What the hooks of one JVM share: what is mapped, pinned and under way, where known functions are,
 * who looks at what is mapped, where threads meet, and who writes events.
 */
public record Session(
    Mappings mappings,
    Pins pins,
    Requests requests,
    Rings rings,
    SymbolTable symbols,
    Endpoints endpoints,
    MemoryMap memoryMap,
    Looks looks,
    Rendezvous rendezvous,
    Recorder recorder) {

  /**
   * For one JVM.
   *
   * @param rendezvous {@link Rendezvous#NONE} without a plan
   */
  public static Session create(Rendezvous rendezvous) {
    Recorder recorder = new Recorder();
    Mappings mappings = new Mappings();
    return new Session(
        mappings,
        new Pins(),
        new Requests(),
        new Rings(),
        new SymbolTable(),
        new Endpoints(recorder.kernel()),
        new MemoryMap(),
        new Looks(mappings, recorder),
        rendezvous,
        recorder);
  }
}
