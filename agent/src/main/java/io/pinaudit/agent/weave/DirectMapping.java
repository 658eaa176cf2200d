package io.pinaudit.agent.weave;

import io.pinaudit.agent.state.NativeSymbol;
import java.util.ArrayList;
import java.util.List;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Weaves a class whose native methods JNA binds to functions of a library ({@code
 * Native.register}): each that has the name of a known function gets another one, with a prefix
 * that JNA leaves out when it looks the function up, for profilers; a method of the old name calls
 * it.
 */
public final class DirectMapping extends ClassVisitor implements ForwardingMethod.Enter {
  private static final String NATIVE = "com/sun/jna/Native";
  private static final String REGISTER = "register";

  private final int hook;
  private final String prefix;
  private final List<ForwardingMethod> wrappers = new ArrayList<>();
  private String self;

  private DirectMapping(ClassVisitor next, int hook, String prefix) {
    super(Opcodes.ASM9, next);
    this.hook = hook;
    this.prefix = prefix;
  }

  /**
   * Returns the woven class file; null if the class binds no known function to methods of its own.
   */
  public static byte[] weave(byte[] classFile, int hook, String prefix) {
    ClassReader reader = new ClassReader(classFile);
    Registration registration = new Registration();
    reader.accept(registration, ClassReader.SKIP_FRAMES | ClassReader.SKIP_DEBUG);
    if (!registration.ofItself || !registration.canNameClasses) {
      return null;
    }
    ClassWriter writer = new ClassWriter(reader, 0);
    DirectMapping mapping = new DirectMapping(writer, hook, prefix);
    reader.accept(mapping, 0);
    return mapping.wrappers.isEmpty() ? null : writer.toByteArray();
  }

  /** Looks for a call that registers this class, and not another one. */
  private static final class Registration extends ClassVisitor {
    private boolean ofItself;
    private boolean canNameClasses;
    private String self;

    Registration() {
      super(Opcodes.ASM9);
    }

    @Override
    public void visit(
        int version,
        int access,
        String name,
        String signature,
        String parent,
        String[] interfaces) {
      self = name;
      canNameClasses = (version & 0xffff) >= Opcodes.V1_5;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      return new MethodVisitor(Opcodes.ASM9) {
        private boolean namesItself;

        @Override
        public void visitLdcInsn(Object value) {
          namesItself |= value instanceof Type type && type.getInternalName().equals(self);
        }

        @Override
        public void visitMethodInsn(
            int opcode, String owner, String method, String type, boolean isInterface) {
          if (owner.equals(NATIVE) && method.equals(REGISTER)) {
            ofItself |= Type.getArgumentTypes(type).length == 1 || namesItself;
          }
        }
      };
    }
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
    if ((access & Opcodes.ACC_NATIVE) == 0 || NativeSymbol.named(name) == null) {
      return super.visitMethod(access, name, descriptor, signature, exceptions);
    }
    boolean isStatic = (access & Opcodes.ACC_STATIC) != 0;
    int opcode = isStatic ? Opcodes.INVOKESTATIC : Opcodes.INVOKEVIRTUAL;
    var target = new ForwardingMethod.Target(opcode, self, prefix + name, descriptor, false);
    wrappers.add(new ForwardingMethod(access & ~Opcodes.ACC_NATIVE, name, descriptor, target));
    // It is not private, so that an instance method of this class is called as any other.
    int open = access & ~(Opcodes.ACC_PRIVATE | Opcodes.ACC_PROTECTED | Opcodes.ACC_PUBLIC);
    return super.visitMethod(open, prefix + name, descriptor, signature, exceptions);
  }

  @Override
  public void visitEnd() {
    for (ForwardingMethod wrapper : wrappers) {
      wrapper.write(cv, this);
    }
    super.visitEnd();
  }

  @Override
  public void write(MethodVisitor body, ForwardingMethod wrapper) {
    body.visitIntInsn(Opcodes.SIPUSH, hook);
    body.visitLdcInsn(Type.getObjectType(self));
    box(body, wrapper);
    ForwardingMethod.enter(body);
  }

  /** Makes an array of two: the name, and the array of the arguments. */
  private static void box(MethodVisitor body, ForwardingMethod wrapper) {
    body.visitInsn(Opcodes.ICONST_2);
    body.visitTypeInsn(Opcodes.ANEWARRAY, "java/lang/Object");
    body.visitInsn(Opcodes.DUP);
    body.visitInsn(Opcodes.ICONST_0);
    body.visitLdcInsn(wrapper.name());
    body.visitInsn(Opcodes.AASTORE);
    body.visitInsn(Opcodes.DUP);
    body.visitInsn(Opcodes.ICONST_1);
    wrapper.box(body);
    body.visitInsn(Opcodes.AASTORE);
  }
}
