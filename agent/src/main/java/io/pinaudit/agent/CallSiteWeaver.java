package io.pinaudit.agent;

import io.pinaudit.agent.boot.CallSites;
import java.lang.instrument.ClassFileTransformer;
import java.nio.charset.StandardCharsets;
import java.security.ProtectionDomain;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;

/**
 * Replaces calls of {@code RandomAccessFile.setLength} in classes of the application as they load:
 * where that method is native (JDK 17 and 18) it cannot be instrumented itself.
 *
 * <p>Not seen: calls through a subclass, by reflection or by a method reference, and those of
 * classes loaded before the agent.
 */
final class CallSiteWeaver implements ClassFileTransformer {
  private static final String OWNER = "java/io/RandomAccessFile";
  private static final String METHOD = "setLength";
  private static final byte[] OWNER_BYTES = OWNER.getBytes(StandardCharsets.UTF_8);
  private static final byte[] METHOD_BYTES = METHOD.getBytes(StandardCharsets.UTF_8);
  private static final String STAND_IN = "io/pinaudit/agent/boot/CallSites";

  @Override
  public byte[] transform(
      ClassLoader loader,
      String className,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    try {
      boolean calls =
          loader != null && contains(classFile, METHOD_BYTES) && contains(classFile, OWNER_BYTES);
      return calls && seesStandIn(loader) ? weave(classFile) : null;
    } catch (RuntimeException | LinkageError e) {
      // Leaves this class alone; it is the JVM that would swallow the exception otherwise.
      return null;
    }
  }

  private static boolean seesStandIn(ClassLoader loader) {
    try {
      return Class.forName(CallSites.class.getName(), false, loader) == CallSites.class;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  private static byte[] weave(byte[] classFile) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            return redirect(super.visitMethod(access, name, descriptor, signature, exceptions));
          }
        },
        0);
    return writer.toByteArray();
  }

  private static MethodVisitor redirect(MethodVisitor next) {
    return new MethodVisitor(Opcodes.ASM9, next) {
      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String descriptor, boolean isInterface) {
        if (opcode == Opcodes.INVOKEVIRTUAL && owner.equals(OWNER) && name.equals(METHOD)) {
          super.visitMethodInsn(
              Opcodes.INVOKESTATIC, STAND_IN, METHOD, "(L" + OWNER + ";J)V", false);
        } else {
          super.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
        }
      }
    };
  }

  private static boolean contains(byte[] bytes, byte[] word) {
    for (int i = 0; i <= bytes.length - word.length; i++) {
      if (bytes[i] == word[0] && matches(bytes, i, word)) {
        return true;
      }
    }
    return false;
  }

  private static boolean matches(byte[] bytes, int from, byte[] word) {
    for (int i = 1; i < word.length; i++) {
      if (bytes[from + i] != word[i]) {
        return false;
      }
    }
    return true;
  }
}
