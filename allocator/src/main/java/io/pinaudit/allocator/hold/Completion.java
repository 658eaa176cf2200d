package io.pinaudit.allocator.hold;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The end of an action that may be put off, for whoever asked for it. Actions that depend on it run
 * on threads of the JDK, so it may be completed under any lock.
 */
public final class Completion {
  private final CompletableFuture<Void> future = new CompletableFuture<>();

  /** Is here before the future has it. */
  private volatile Throwable failure;

  /** Returns the stage, which its user cannot complete. */
  public CompletionStage<Void> stage() {
    return future.minimalCompletionStage();
  }

  /** Throws what it has failed with, if that is an I/O error. */
  public void requireNotFailed() throws IOException {
    if (failure instanceof IOException e) {
      throw e;
    }
  }

  public void done() {
    future.completeAsync(() -> null);
  }

  public void failed(Throwable why) {
    failure = why;
    future.completeAsync(
        () -> {
          future.completeExceptionally(why);
          return null;
        });
  }
}
