package io.pinaudit.agent.state;

/**
 * What the hooks of one JVM share: what is mapped, pinned and under way, where known functions are,
 * and who writes events.
 */
public record Session(
    Mappings mappings,
    Pins pins,
    Requests requests,
    Rings rings,
    SymbolTable symbols,
    Endpoints endpoints,
    Recorder recorder) {

  public static Session create() {
    Recorder recorder = new Recorder();
    return new Session(
        new Mappings(),
        new Pins(),
        new Requests(),
        new Rings(),
        new SymbolTable(),
        new Endpoints(recorder.kernel()),
        recorder);
  }
}
