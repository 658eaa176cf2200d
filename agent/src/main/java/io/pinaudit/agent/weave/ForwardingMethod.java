package io.pinaudit.agent.weave;

import java.util.Arrays;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Writes a method that calls another one with its own arguments and tells the dispatcher: {@code
 * Call call = enter(…); try { R result = target(arguments); Dispatcher.returned(result, call);
 * return result; } catch (Throwable thrown) { Dispatcher.threw(thrown, call); throw thrown; }}.
 *
 * @param access of the method that is written
 * @param descriptor of both, without the receiver
 * @param target the instruction that calls the other one
 */
record ForwardingMethod(int access, String name, String descriptor, Target target) {
  private static final String BOOT = "io/pinaudit/agent/boot/";
  private static final String CALL = BOOT + "Call";
  private static final String DISPATCHER = BOOT + "Dispatcher";
  private static final String OBJECT = "Ljava/lang/Object;";
  private static final int STACK = 16;

  /** An instruction that calls a method. */
  record Target(int opcode, String owner, String name, String descriptor, boolean inInterface) {}

  /** Code that asks the dispatcher and leaves its answer on the stack. */
  interface Enter {
    void write(MethodVisitor body, ForwardingMethod wrapper);
  }

  void write(ClassVisitor writer, Enter enter) {
    MethodVisitor body = writer.visitMethod(access, name, descriptor, null, null);
    body.visitCode();
    int callSlot = firstSlot();
    for (Type argument : Type.getArgumentTypes(descriptor)) {
      callSlot += argument.getSize();
    }
    enter.write(body, this);
    body.visitVarInsn(Opcodes.ASTORE, callSlot);
    Label start = new Label();
    Label handler = new Label();
    body.visitTryCatchBlock(start, handler, handler, null);
    body.visitLabel(start);
    call(body);
    leave(body, callSlot);
    body.visitLabel(handler);
    rethrow(body, callSlot);
    body.visitMaxs(callSlot + STACK, callSlot + 1);
    body.visitEnd();
  }

  private int firstSlot() {
    return (access & Opcodes.ACC_STATIC) != 0 ? 0 : 1;
  }

  private void call(MethodVisitor body) {
    if (firstSlot() == 1) {
      body.visitVarInsn(Opcodes.ALOAD, 0);
    }
    int slot = firstSlot();
    for (Type argument : Type.getArgumentTypes(descriptor)) {
      body.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), slot);
      slot += argument.getSize();
    }
    body.visitMethodInsn(
        target.opcode, target.owner, target.name, target.descriptor, target.inInterface);
  }

  private void leave(MethodVisitor body, int callSlot) {
    Type result = Type.getReturnType(descriptor);
    boolean isObject = result.getSort() >= Type.ARRAY;
    if (isInteger(result)) {
      body.visitInsn(result.getSize() == 2 ? Opcodes.DUP2 : Opcodes.DUP);
      widen(body, result);
    } else if (!isObject) {
      body.visitInsn(Opcodes.LCONST_0);
    }
    body.visitVarInsn(Opcodes.ALOAD, callSlot);
    String type = isObject ? "(" + OBJECT + "L" + CALL + ";)" + OBJECT : "(JL" + CALL + ";)V";
    body.visitMethodInsn(Opcodes.INVOKESTATIC, DISPATCHER, "returned", type, false);
    if (isObject) {
      body.visitTypeInsn(Opcodes.CHECKCAST, result.getInternalName());
    }
    body.visitInsn(result.getOpcode(Opcodes.IRETURN));
  }

  private static void rethrow(MethodVisitor body, int callSlot) {
    Object[] locals = new Object[callSlot + 1];
    Arrays.fill(locals, Opcodes.TOP);
    locals[callSlot] = CALL;
    Object[] thrown = {"java/lang/Throwable"};
    body.visitFrame(Opcodes.F_FULL, locals.length, locals, 1, thrown);
    body.visitInsn(Opcodes.DUP);
    body.visitVarInsn(Opcodes.ALOAD, callSlot);
    String type = "(Ljava/lang/Throwable;L" + CALL + ";)V";
    body.visitMethodInsn(Opcodes.INVOKESTATIC, DISPATCHER, "threw", type, false);
    body.visitInsn(Opcodes.ATHROW);
  }

  /**
   * Calls {@code Dispatcher.enter(hook, first, second, 0, 0, 0, 0)}; the number of the hook and
   * both objects are on the stack already.
   */
  static void enter(MethodVisitor body) {
    for (int i = 0; i < 4; i++) {
      body.visitInsn(Opcodes.LCONST_0);
    }
    String type = "(I" + OBJECT + OBJECT + "JJJJ)L" + CALL + ";";
    body.visitMethodInsn(Opcodes.INVOKESTATIC, DISPATCHER, "enter", type, false);
  }

  /**
   * Leaves the arguments on the stack as an array of objects: integers as longs, the bits of
   * fractions as null.
   */
  void box(MethodVisitor body) {
    Type[] arguments = Type.getArgumentTypes(descriptor);
    body.visitIntInsn(Opcodes.BIPUSH, arguments.length);
    body.visitTypeInsn(Opcodes.ANEWARRAY, "java/lang/Object");
    int slot = firstSlot();
    for (int i = 0; i < arguments.length; i++) {
      Type argument = arguments[i];
      body.visitInsn(Opcodes.DUP);
      body.visitIntInsn(Opcodes.BIPUSH, i);
      if (isInteger(argument)) {
        body.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), slot);
        widen(body, argument);
        body.visitMethodInsn(
            Opcodes.INVOKESTATIC, "java/lang/Long", "valueOf", "(J)Ljava/lang/Long;", false);
      } else if (argument.getSort() >= Type.ARRAY) {
        body.visitVarInsn(Opcodes.ALOAD, slot);
      } else {
        body.visitInsn(Opcodes.ACONST_NULL);
      }
      body.visitInsn(Opcodes.AASTORE);
      slot += argument.getSize();
    }
  }

  private static boolean isInteger(Type type) {
    return type.getSort() >= Type.BOOLEAN
        && type.getSort() <= Type.LONG
        && type.getSort() != Type.FLOAT;
  }

  private static void widen(MethodVisitor body, Type type) {
    if (type.getSort() != Type.LONG) {
      body.visitInsn(Opcodes.I2L);
    }
  }
}
