package io.pinaudit.agent.stand;

/** An operation that takes memory, a range of a file, or a file's name away. */
public interface Taker {
  /** Returns the operation as events name it. */
  String operation();

  /** Returns how a call of the operation may be refused. */
  RefusedBy refusedBy();
}
