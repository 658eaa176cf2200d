package io.pinaudit.linux.event;

import java.util.List;

/** An argument of a {@code print fmt}: the part of C that TP_printk uses. */
public sealed interface Expression {
  /** An integer constant. */
  record Constant(long value) implements Expression {}

  /** A string constant. */
  record Text(String value) implements Expression {}

  /** {@code REC->name}, or a bare name such as an enum constant that was not resolved. */
  record FieldValue(String name) implements Expression {}

  /** {@code REC->name[index]}. */
  record Element(String name, Expression index) implements Expression {}

  /** One of {@code - ~ !}. */
  record Unary(String operator, Expression operand) implements Expression {}

  /** A binary operator of C, without assignments. */
  record Binary(String operator, Expression left, Expression right) implements Expression {}

  /** {@code condition ? whenTrue : whenFalse}. */
  record Conditional(Expression condition, Expression whenTrue, Expression whenFalse)
      implements Expression {}

  /**
   * A cast to an integer type.
   *
   * @param bits 8, 16, 32 or 64
   */
  record Cast(int bits, boolean signed, Expression operand) implements Expression {}

  /** A macro such as {@code __print_flags(…)} or {@code __get_str(name)}. */
  record Call(String name, List<Expression> arguments) implements Expression {}

  /** {@code { 0x1, "METADATA" }}, an argument of a macro. */
  record Group(List<Expression> elements) implements Expression {}
}
