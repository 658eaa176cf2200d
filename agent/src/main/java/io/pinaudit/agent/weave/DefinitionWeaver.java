package io.pinaudit.agent.weave;

import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Weaves a question to {@link io.pinaudit.agent.boot.ClassFiles} into the start of {@code
 * defineClass(String, byte[], int, int, ProtectionDomain)} or {@code defineClass(String,
 * ByteBuffer, ProtectionDomain)} of ClassLoader, and its answer into their arguments. There is no
 * branch in it, so no stack map changes.
 */
final class DefinitionWeaver extends MethodVisitor {
  private static final String ASKED = "io/pinaudit/agent/boot/ClassFiles";
  private static final String BYTES = "[B";
  private static final int THIS = 0;
  private static final int NAME = 1;
  private static final int FILE = 2;
  private static final int FROM = 3;
  private static final int LENGTH = 4;
  private static final int EXTRA_STACK = 6;

  private final boolean array;

  /** Returns whether a method is one of the two, and not a shorter form that calls one of them. */
  static boolean isFor(String descriptor) {
    return descriptor.startsWith("(Ljava/lang/String;")
        && descriptor.contains("Ljava/security/ProtectionDomain;");
  }

  DefinitionWeaver(MethodVisitor next, String descriptor) {
    super(Opcodes.ASM9, next);
    this.array = Type.getArgumentTypes(descriptor)[1].getDescriptor().equals(BYTES);
  }

  @Override
  public void visitCode() {
    super.visitCode();
    visitVarInsn(Opcodes.ALOAD, THIS);
    visitVarInsn(Opcodes.ALOAD, NAME);
    visitVarInsn(Opcodes.ALOAD, FILE);
    String loaderAndName = "(Ljava/lang/ClassLoader;Ljava/lang/String;";
    if (!array) {
      String buffer = "Ljava/nio/ByteBuffer;";
      ask("buffer", loaderAndName + buffer + ")" + buffer);
      visitVarInsn(Opcodes.ASTORE, FILE);
      return;
    }
    visitVarInsn(Opcodes.ILOAD, FROM);
    visitVarInsn(Opcodes.ILOAD, LENGTH);
    ask("bytes", loaderAndName + BYTES + "II)" + BYTES);
    replace("from", FROM);
    replace("length", LENGTH);
    visitVarInsn(Opcodes.ASTORE, FILE);
  }

  /**
   * Replaces a variable by the answer to a question; the new array is on the stack and stays there.
   */
  private void replace(String question, int slot) {
    visitInsn(Opcodes.DUP);
    visitVarInsn(Opcodes.ALOAD, FILE);
    visitVarInsn(Opcodes.ILOAD, slot);
    ask(question, "(" + BYTES + BYTES + "I)I");
    visitVarInsn(Opcodes.ISTORE, slot);
  }

  private void ask(String question, String descriptor) {
    visitMethodInsn(Opcodes.INVOKESTATIC, ASKED, question, descriptor, false);
  }

  @Override
  public void visitMaxs(int maxStack, int maxLocals) {
    super.visitMaxs(Math.max(maxStack, EXTRA_STACK), maxLocals);
  }
}
