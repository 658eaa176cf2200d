package io.pinaudit.agent;

import java.util.Set;
import java.util.TreeSet;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Replaces calls of native methods, which cannot be instrumented themselves, in one class that
 * makes them.
 */
final class CallSiteWeaver extends ClassVisitor {
  private static final String BOOT = "io/pinaudit/agent/boot/";
  private static final String CALL = "L" + BOOT + "Call;";
  private static final String PREFIX = "pinaudit$";
  private static final String FILE = "java/io/RandomAccessFile";
  private static final String SET_LENGTH = "setLength";
  private static final String JFFI = "com/kenai/jffi/Foreign";

  /** Which calls are replaced. */
  enum Kind {
    /** Those of RandomAccessFile.setLength. */
    SET_LENGTH,
    /** Those of jffi's native methods that call a function by its address. */
    JFFI
  }

  private final Kind kind;
  private final int hook;
  private final Set<String> wrapped = new TreeSet<>();
  private String self;

  private CallSiteWeaver(ClassVisitor next, Kind kind, int hook) {
    super(Opcodes.ASM9, next);
    this.kind = kind;
    this.hook = hook;
  }

  static byte[] weave(byte[] classFile, Kind kind, int hook) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(new CallSiteWeaver(writer, kind, hook), 0);
    return writer.toByteArray();
  }

  @Override
  public void visit(
      int version, int access, String name, String signature, String parent, String[] interfaces) {
    self = name;
    super.visit(version, access, name, signature, parent, interfaces);
  }

  @Override
  public MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    return new MethodVisitor(
        Opcodes.ASM9, super.visitMethod(access, name, descriptor, signature, exceptions)) {
      @Override
      public void visitMethodInsn(
          int opcode, String owner, String method, String type, boolean isInterface) {
        if (kind == Kind.SET_LENGTH
            && opcode == Opcodes.INVOKEVIRTUAL
            && owner.equals(FILE)
            && method.equals(SET_LENGTH)) {
          super.visitMethodInsn(
              Opcodes.INVOKESTATIC, BOOT + "CallSites", SET_LENGTH, "(L" + FILE + ";J)V", false);
        } else if (kind == Kind.JFFI
            && opcode == Opcodes.INVOKESTATIC
            && owner.equals(JFFI)
            && method.startsWith("invoke")
            && type.startsWith("(JJ")) {
          wrapped.add(method + " " + type);
          super.visitMethodInsn(opcode, self, PREFIX + method, type, false);
        } else {
          super.visitMethodInsn(opcode, owner, method, type, isInterface);
        }
      }
    };
  }

  @Override
  public void visitEnd() {
    for (String target : wrapped) {
      String[] parts = target.split(" ");
      wrap(parts[0], parts[1]);
    }
    super.visitEnd();
  }

  /**
   * {@code static R pinaudit$name(arguments) { Call call = Dispatcher.enter(hook, "name", new
   * long[] {arguments}, 0, 0, 0, 0); R result = name(arguments); Dispatcher.returned(result, call);
   * return result; }}: native functions do not throw.
   */
  private void wrap(String name, String descriptor) {
    Type[] arguments = Type.getArgumentTypes(descriptor);
    Type result = Type.getReturnType(descriptor);
    int access = Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC;
    MethodVisitor body = super.visitMethod(access, PREFIX + name, descriptor, null, null);
    body.visitCode();
    int slots = Type.getArgumentsAndReturnSizes(descriptor) >> 2;
    enter(body, name, arguments);
    body.visitVarInsn(Opcodes.ASTORE, slots);
    int slot = 0;
    for (Type argument : arguments) {
      body.visitVarInsn(argument.getOpcode(Opcodes.ILOAD), slot);
      slot += argument.getSize();
    }
    body.visitMethodInsn(Opcodes.INVOKESTATIC, JFFI, name, descriptor, false);
    leave(body, result, slots);
    body.visitInsn(result.getOpcode(Opcodes.IRETURN));
    body.visitMaxs(Math.max(slots, 16), slots + 1);
    body.visitEnd();
  }

  private void enter(MethodVisitor body, String name, Type[] arguments) {
    body.visitIntInsn(Opcodes.SIPUSH, hook);
    body.visitLdcInsn(name);
    body.visitIntInsn(Opcodes.BIPUSH, arguments.length);
    body.visitTypeInsn(Opcodes.ANEWARRAY, "java/lang/Object");
    int slot = 0;
    for (int i = 0; i < arguments.length; i++) {
      body.visitInsn(Opcodes.DUP);
      body.visitIntInsn(Opcodes.BIPUSH, i);
      body.visitVarInsn(arguments[i].getOpcode(Opcodes.ILOAD), slot);
      if (isInteger(arguments[i])) {
        widen(body, arguments[i]);
        body.visitMethodInsn(
            Opcodes.INVOKESTATIC, "java/lang/Long", "valueOf", "(J)Ljava/lang/Long;", false);
      }
      body.visitInsn(Opcodes.AASTORE);
      slot += arguments[i].getSize();
    }
    for (int i = 0; i < 4; i++) {
      body.visitInsn(Opcodes.LCONST_0);
    }
    String object = "Ljava/lang/Object;";
    body.visitMethodInsn(
        Opcodes.INVOKESTATIC,
        BOOT + "Dispatcher",
        "enter",
        "(I" + object + object + "JJJJ)" + CALL,
        false);
  }

  private static void leave(MethodVisitor body, Type result, int callSlot) {
    if (isInteger(result)) {
      body.visitInsn(result.getSize() == 2 ? Opcodes.DUP2 : Opcodes.DUP);
      widen(body, result);
    } else {
      body.visitInsn(Opcodes.LCONST_0);
    }
    body.visitVarInsn(Opcodes.ALOAD, callSlot);
    body.visitMethodInsn(
        Opcodes.INVOKESTATIC, BOOT + "Dispatcher", "returned", "(J" + CALL + ")V", false);
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
