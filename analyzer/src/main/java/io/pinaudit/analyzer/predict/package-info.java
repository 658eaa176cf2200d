/**
 * Predicts from a recorded run which calls may overlap in another one: pairs of calls of different
 * threads on the same memory or file range, near in time, that no start or end of a thread orders.
 *
 * <p>{@link io.pinaudit.analyzer.predict.Prediction} is what others use. Depends on {@code audit},
 * {@code plan} and what is below them. Confined to the thread that asks.
 */
package io.pinaudit.analyzer.predict;
