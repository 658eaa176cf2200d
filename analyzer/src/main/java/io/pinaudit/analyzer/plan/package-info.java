/**
 * Plans: which calls of a program are to meet, as {@code pinaudit predict} writes them, people edit
 * them, and the agent reads them. {@code docs/plan.schema.json} describes the file.
 *
 * <p>Depends on {@code trace}. Values; any thread.
 */
package io.pinaudit.analyzer.plan;
