package io.pinaudit.agent.weave;

import java.util.Arrays;
import java.util.List;
import net.bytebuddy.jar.asm.Label;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Weaves one hook into one method: {@code Call call = Dispatcher.enter(hook, arguments)} at its
 * start, {@code Dispatcher.returned(result, call)} at each return, {@code Dispatcher.threw(thrown,
 * call)} where an exception leaves it.
 *
 * <p>The call lives in a new local variable right after the arguments; the others move up by one.
 * The stack map of the handler knows nothing but that variable, so that it is right for every
 * instruction it covers, and no type has to be looked up. Needs expanded frames; not for
 * constructors.
 */
final class MethodWeaver extends MethodVisitor {
  private static final String BOOT = "io/pinaudit/agent/boot/";
  private static final String DISPATCHER = BOOT + "Dispatcher";
  private static final String CALL = BOOT + "Call";
  private static final String OBJECT = "Ljava/lang/Object;";
  private static final int REFERENCES = 2; // of Dispatcher.enter
  private static final int NUMBERS = 4;
  private static final int EXTRA_STACK = 12;

  private final boolean isStatic;
  private final Type[] arguments;
  private final Type result;
  private final int hook;
  private final List<Integer> positions;
  private final boolean receiverFirst;
  private final int callSlot;
  private final Label start = new Label();

  MethodWeaver(MethodVisitor next, int access, String descriptor, Weaving weaving) {
    super(Opcodes.ASM9, next);
    this.isStatic = (access & Opcodes.ACC_STATIC) != 0;
    this.arguments = Type.getArgumentTypes(descriptor);
    this.result = Type.getReturnType(descriptor);
    this.hook = weaving.hook();
    this.positions = weaving.positions();
    this.receiverFirst = weaving.style() == Weaving.Style.RECEIVER_FIRST && !isStatic;
    this.callSlot = (Type.getArgumentsAndReturnSizes(descriptor) >> 2) - (isStatic ? 1 : 0);
  }

  @Override
  public void visitCode() {
    super.visitCode();
    super.visitIntInsn(Opcodes.SIPUSH, hook);
    pushReferences();
    pushNumbers();
    super.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        DISPATCHER,
        "enter",
        "(I" + OBJECT.repeat(REFERENCES) + "J".repeat(NUMBERS) + ")L" + CALL + ";",
        false);
    super.visitVarInsn(Opcodes.ASTORE, callSlot);
    super.visitLabel(start);
  }

  private void pushReferences() {
    int pushed = 0;
    int slot = isStatic ? 0 : 1;
    if (receiverFirst) {
      super.visitVarInsn(Opcodes.ALOAD, 0);
      pushed++;
    }
    for (int i = 0; i < arguments.length; i++) {
      if (isPassed(i) && isReference(arguments[i]) && pushed < REFERENCES) {
        super.visitVarInsn(Opcodes.ALOAD, slot);
        pushed++;
      }
      slot += arguments[i].getSize();
    }
    if (!isStatic && !receiverFirst && positions == null && pushed < REFERENCES) {
      super.visitVarInsn(Opcodes.ALOAD, 0);
      pushed++;
    }
    for (; pushed < REFERENCES; pushed++) {
      super.visitInsn(Opcodes.ACONST_NULL);
    }
  }

  private void pushNumbers() {
    int pushed = 0;
    int slot = isStatic ? 0 : 1;
    for (int i = 0; i < arguments.length; i++) {
      if (isPassed(i) && isInteger(arguments[i]) && pushed < NUMBERS) {
        super.visitVarInsn(arguments[i].getOpcode(Opcodes.ILOAD), slot);
        widen(arguments[i]);
        pushed++;
      }
      slot += arguments[i].getSize();
    }
    for (; pushed < NUMBERS; pushed++) {
      super.visitInsn(Opcodes.LCONST_0);
    }
  }

  private boolean isPassed(int position) {
    return positions == null || positions.contains(position);
  }

  private static boolean isInteger(Type type) {
    int sort = type.getSort();
    return sort >= Type.BOOLEAN && sort <= Type.INT || sort == Type.LONG;
  }

  private static boolean isReference(Type type) {
    return type.getSort() >= Type.ARRAY;
  }

  private void widen(Type type) {
    if (type.getSort() != Type.LONG) {
      super.visitInsn(Opcodes.I2L);
    }
  }

  @Override
  public void visitInsn(int opcode) {
    if (opcode == Opcodes.RETURN) {
      super.visitInsn(Opcodes.LCONST_0);
      returned("J", "V");
    } else if (opcode == Opcodes.ARETURN) {
      returned(OBJECT, OBJECT);
      super.visitTypeInsn(Opcodes.CHECKCAST, result.getInternalName());
    } else if (opcode == Opcodes.LRETURN || opcode == Opcodes.IRETURN) {
      super.visitInsn(opcode == Opcodes.LRETURN ? Opcodes.DUP2 : Opcodes.DUP);
      widen(result);
      returned("J", "V");
    } else if (opcode == Opcodes.FRETURN || opcode == Opcodes.DRETURN) {
      super.visitInsn(Opcodes.LCONST_0);
      returned("J", "V");
    }
    super.visitInsn(opcode);
  }

  private void returned(String argument, String answer) {
    super.visitVarInsn(Opcodes.ALOAD, callSlot);
    String descriptor = "(" + argument + "L" + CALL + ";)" + answer;
    super.visitMethodInsn(Opcodes.INVOKESTATIC, DISPATCHER, "returned", descriptor, false);
  }

  @Override
  public void visitMaxs(int maxStack, int maxLocals) {
    Label handler = new Label();
    super.visitTryCatchBlock(start, handler, handler, null);
    super.visitLabel(handler);
    Object[] locals = new Object[callSlot + 1];
    Arrays.fill(locals, Opcodes.TOP);
    locals[callSlot] = CALL;
    super.visitFrame(Opcodes.F_NEW, locals.length, locals, 1, new Object[] {"java/lang/Throwable"});
    super.visitInsn(Opcodes.DUP);
    super.visitVarInsn(Opcodes.ALOAD, callSlot);
    String descriptor = "(Ljava/lang/Throwable;L" + CALL + ";)V";
    super.visitMethodInsn(Opcodes.INVOKESTATIC, DISPATCHER, "threw", descriptor, false);
    super.visitInsn(Opcodes.ATHROW);
    super.visitMaxs(maxStack + EXTRA_STACK, maxLocals + 1);
  }

  private int moved(int slot) {
    return slot < callSlot ? slot : slot + 1;
  }

  @Override
  public void visitVarInsn(int opcode, int slot) {
    super.visitVarInsn(opcode, moved(slot));
  }

  @Override
  public void visitIincInsn(int slot, int increment) {
    super.visitIincInsn(moved(slot), increment);
  }

  @Override
  public void visitLocalVariable(
      String name, String descriptor, String signature, Label from, Label to, int slot) {
    super.visitLocalVariable(name, descriptor, signature, from, to, moved(slot));
  }

  @Override
  public void visitFrame(
      int type, int localCount, Object[] locals, int stackCount, Object[] stack) {
    Object[] moved = new Object[callSlot + localCount + 1];
    int count = 0;
    int slot = 0;
    int next = 0;
    while (slot < callSlot) {
      Object local = next < localCount ? locals[next++] : Opcodes.TOP;
      moved[count++] = local;
      slot += local.equals(Opcodes.LONG) || local.equals(Opcodes.DOUBLE) ? 2 : 1;
    }
    moved[count++] = CALL;
    while (next < localCount) {
      moved[count++] = locals[next++];
    }
    super.visitFrame(Opcodes.F_NEW, count, moved, stackCount, stack);
  }
}
