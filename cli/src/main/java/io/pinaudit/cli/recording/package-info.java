/**
 * The verbs that record: {@code record} a command, {@code attach} to a JVM, {@code confirm} a plan
 * by further runs, and {@code watch}, which audits a run while it is recorded. {@link
 * io.pinaudit.cli.recording.Recording} runs the kernel's recorder beside the application and writes
 * {@code run.json}.
 */
package io.pinaudit.cli.recording;
