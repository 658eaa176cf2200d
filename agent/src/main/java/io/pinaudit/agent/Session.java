package io.pinaudit.agent;

/**
 * What the hooks of one JVM share: what is mapped, where known functions are, and who writes
 * events.
 */
record Session(Mappings mappings, SymbolTable symbols, Recorder recorder) {
  Session() {
    this(new Mappings(), new SymbolTable(), new Recorder());
  }
}
