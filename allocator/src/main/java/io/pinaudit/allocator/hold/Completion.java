package io.pinaudit.allocator.hold;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The end of something that may be put off, for whoever asked for it. What depends on it runs on
 * threads of the JDK's: this may be told under any lock.
 */
public final class Completion {
  private final CompletableFuture<Void> future = new CompletableFuture<>();

  /** Cannot be completed by whoever has it. */
  public CompletionStage<Void> stage() {
    return future.minimalCompletionStage();
  }

  public void done() {
    future.completeAsync(() -> null);
  }

  public void failed(Throwable why) {
    future.completeAsync(
        () -> {
          future.completeExceptionally(why);
          return null;
        });
  }
}
