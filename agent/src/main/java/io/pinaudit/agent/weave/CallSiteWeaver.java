package io.pinaudit.agent.weave;

import java.util.LinkedHashMap;
import java.util.Map;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/**
 * Replaces calls of native methods, which cannot be instrumented themselves, in one class that
 * makes them, by calls of wrappers that it is given: one for each method that is called.
 */
public final class CallSiteWeaver extends ClassVisitor implements ForwardingMethod.Enter {
  private static final String PREFIX = "pinaudit$";
  private static final String CALL_SITES = "io/pinaudit/agent/boot/CallSites";
  private static final String CALL = "Lio/pinaudit/agent/boot/Call;";
  private static final String SET_LENGTH = "setLength";
  private static final String LENGTH = "(J)V";
  private static final String JFFI = "com/kenai/jffi/Foreign";
  private static final int PRIVATE_STATIC =
      Opcodes.ACC_PRIVATE | Opcodes.ACC_STATIC | Opcodes.ACC_SYNTHETIC;

  /** The calls that are replaced. */
  public enum Kind {
    /**
     * Those of a method {@code setLength(long)} of whatever class: if it is one of RandomAccessFile
     * is known when it is called.
     */
    SET_LENGTH,
    /** Those of jffi's native methods that call a function by its address. */
    JFFI
  }

  private final Kind kind;
  private final int hook;
  // By what they call, in words: to use a record as a key links code while a class is defined.
  private final Map<String, ForwardingMethod> wrappers = new LinkedHashMap<>();
  private String self;
  private boolean inInterface;
  private boolean canNameClasses;
  private boolean isWoven;

  private CallSiteWeaver(ClassVisitor next, Kind kind, int hook) {
    super(Opcodes.ASM9, next);
    this.kind = kind;
    this.hook = hook;
  }

  /**
   * Returns the woven class file; null if it has no such call, or is woven already: some methods of
   * the JDK that define a class call one another, and each of them asks.
   */
  public static byte[] weave(byte[] classFile, Kind kind, int hook) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, 0);
    CallSiteWeaver weaver = new CallSiteWeaver(writer, kind, hook);
    reader.accept(weaver, 0);
    return weaver.wrappers.isEmpty() || weaver.isWoven ? null : writer.toByteArray();
  }

  @Override
  public void visit(
      int version, int access, String name, String signature, String parent, String[] interfaces) {
    self = name;
    canNameClasses = (version & 0xffff) >= Opcodes.V1_5;
    inInterface = (access & Opcodes.ACC_INTERFACE) != 0;
    super.visit(version, access, name, signature, parent, interfaces);
  }

  private boolean isReplaced(int opcode, String owner, String method, String type) {
    return switch (kind) {
      case SET_LENGTH ->
          opcode != Opcodes.INVOKESTATIC
              && method.equals(SET_LENGTH)
              && type.equals(LENGTH)
              && !owner.startsWith("[");
      case JFFI ->
          opcode == Opcodes.INVOKESTATIC
              && owner.equals(JFFI)
              && method.startsWith("invoke")
              && type.startsWith("(JJ");
    };
  }

  private ForwardingMethod wrapper(ForwardingMethod.Target target) {
    String key = target.opcode() + " " + target.owner() + "." + target.name() + target.descriptor();
    ForwardingMethod known = wrappers.get(key);
    if (known == null) {
      String name = PREFIX + target.name() + "$" + wrappers.size();
      known = new ForwardingMethod(PRIVATE_STATIC, name, wrapperType(target), target);
      wrappers.put(key, known);
    }
    return known;
  }

  /** Returns the type of a target's wrapper, which is static. */
  private String wrapperType(ForwardingMethod.Target target) {
    String type = target.descriptor();
    return switch (target.opcode()) {
      case Opcodes.INVOKESTATIC -> type;
      case Opcodes.INVOKESPECIAL -> "(L" + self + ";" + type.substring(1);
      default -> "(L" + target.owner() + ";" + type.substring(1);
    };
  }

  @Override
  public MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    isWoven |= name.startsWith(PREFIX);
    return new Calls(super.visitMethod(access, name, descriptor, signature, exceptions));
  }

  private final class Calls extends MethodVisitor {
    Calls(MethodVisitor next) {
      super(Opcodes.ASM9, next);
    }

    @Override
    public void visitMethodInsn(
        int opcode, String owner, String method, String type, boolean isInterface) {
      if (isReplaced(opcode, owner, method, type)) {
        var target = new ForwardingMethod.Target(opcode, owner, method, type, isInterface);
        ForwardingMethod wrapper = wrapper(target);
        super.visitMethodInsn(
            Opcodes.INVOKESTATIC, self, wrapper.name(), wrapper.descriptor(), inInterface);
      } else {
        super.visitMethodInsn(opcode, owner, method, type, isInterface);
      }
    }

    @Override
    public void visitInvokeDynamicInsn(
        String name, String type, Handle bootstrap, Object... arguments) {
      for (int i = 0; i < arguments.length; i++) {
        arguments[i] = arguments[i] instanceof Handle handle ? replaced(handle) : arguments[i];
      }
      super.visitInvokeDynamicInsn(name, type, bootstrap, arguments);
    }

    /**
     * Returns the method reference to use instead of one such as {@code
     * RandomAccessFile::setLength}.
     */
    private Handle replaced(Handle handle) {
      int opcode =
          switch (handle.getTag()) {
            case Opcodes.H_INVOKEVIRTUAL -> Opcodes.INVOKEVIRTUAL;
            case Opcodes.H_INVOKEINTERFACE -> Opcodes.INVOKEINTERFACE;
            default -> -1;
          };
      if (opcode < 0
          || !isReplaced(opcode, handle.getOwner(), handle.getName(), handle.getDesc())) {
        return handle;
      }
      var target =
          new ForwardingMethod.Target(
              opcode, handle.getOwner(), handle.getName(), handle.getDesc(), handle.isInterface());
      ForwardingMethod wrapper = wrapper(target);
      return new Handle(
          Opcodes.H_INVOKESTATIC, self, wrapper.name(), wrapper.descriptor(), inInterface);
    }
  }

  @Override
  public void visitEnd() {
    for (ForwardingMethod wrapper : wrappers.values()) {
      wrapper.write(cv, this);
    }
    super.visitEnd();
  }

  @Override
  public void write(MethodVisitor body, ForwardingMethod wrapper) {
    if (kind == Kind.JFFI) {
      body.visitIntInsn(Opcodes.SIPUSH, hook);
      body.visitLdcInsn(wrapper.target().name());
      wrapper.box(body);
      ForwardingMethod.enter(body);
      return;
    }
    body.visitVarInsn(Opcodes.ALOAD, 0);
    if (wrapper.target().opcode() == Opcodes.INVOKESPECIAL && canNameClasses) {
      body.visitLdcInsn(Type.getObjectType(wrapper.target().owner()));
    } else {
      body.visitInsn(Opcodes.ACONST_NULL);
    }
    body.visitVarInsn(Opcodes.LLOAD, 1);
    String type = "(Ljava/lang/Object;Ljava/lang/Class;J)" + CALL;
    body.visitMethodInsn(Opcodes.INVOKESTATIC, CALL_SITES, SET_LENGTH, type, false);
  }
}
