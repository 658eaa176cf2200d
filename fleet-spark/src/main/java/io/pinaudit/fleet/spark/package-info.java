/**
 * Audits fleets on Apache Spark: packs of timelines are tasks, and their rows come back to the
 * driver, which alone writes the tables. So whatever Spark repeats is written once, and the rows
 * are those of an audit in one process. Depends on {@code io.pinaudit.fleet} and on Spark, of which
 * only the core is used. {@link io.pinaudit.fleet.spark.RunUpload} is a program of its own, which a
 * recorder starts; it uses Hadoop alone. Confined to one thread, but for what {@link PackTask}
 * shares in an executor, and what {@link PackJob} is told by Spark.
 */
package io.pinaudit.fleet.spark;
