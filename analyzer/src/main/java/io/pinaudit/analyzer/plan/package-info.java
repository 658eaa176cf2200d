/**
 * Plans: the pairs of calls that shall meet in a run of a program. {@code pinaudit predict} writes
 * plans, people edit them, and the agent reads them. {@code docs/plan.schema.json} describes the
 * file.
 *
 * <p>All values are immutable and safe for any thread.
 */
package io.pinaudit.analyzer.plan;
