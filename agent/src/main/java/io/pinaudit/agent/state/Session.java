package io.pinaudit.agent.state;

/**
 * What the hooks of one JVM share: what is mapped, pinned and under way, where known functions are,
 * who looks at what is mapped, and who writes events.
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
    Recorder recorder) {

  public static Session create() {
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
        recorder);
  }
}
