package io.pinaudit.agent.call;

import io.pinaudit.agent.boot.Call;
import io.pinaudit.agent.jdk.NativeArguments;
import io.pinaudit.agent.state.NativeSymbol;
import io.pinaudit.agent.state.Recorder;
import io.pinaudit.events.NativeCall;

/** A foreign-function call that is under way and that no other event describes. */
public final class OtherNativeCall extends Call {
  private final Recorder recorder;
  private final NativeSymbol symbol;
  private final NativeArguments arguments;

  private OtherNativeCall(Recorder recorder, NativeSymbol symbol, NativeArguments arguments) {
    this.recorder = recorder;
    this.symbol = symbol;
    this.arguments = arguments;
  }

  /** Returns the call; null if its event is off. */
  public static OtherNativeCall of(
      Recorder recorder, NativeSymbol symbol, NativeArguments arguments) {
    return recorder.started() && new NativeCall().isEnabled()
        ? new OtherNativeCall(recorder, symbol, arguments)
        : null;
  }

  @Override
  public void end(long result, String error) {
    NativeCall event = new NativeCall();
    event.arguments = arguments.hexadecimal(symbol.argumentCount());
    event.result = result;
    recorder.commit(event, this, symbol.symbol(), error);
  }
}
