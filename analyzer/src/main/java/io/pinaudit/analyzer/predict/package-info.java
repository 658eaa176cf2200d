/**
 * Predicts from a recorded run which calls may overlap in another one: pairs of calls of different
 * threads on the same memory or file range, near in time, that no start or end of a thread orders.
 *
 * <p>Other packages use {@link io.pinaudit.analyzer.predict.Prediction}. Each prediction is
 * confined to the thread that asks for it.
 */
package io.pinaudit.analyzer.predict;
