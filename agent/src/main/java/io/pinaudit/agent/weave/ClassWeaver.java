package io.pinaudit.agent.weave;

import java.util.HashMap;
import java.util.Map;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.jar.asm.Type;

/** Weaves the hooks of one class into its class file and counts what they matched. */
public final class ClassWeaver extends ClassVisitor {
  private final Map<String, Weaving> hooks;
  private final Map<Integer, Integer> matches = new HashMap<>();
  private final Map<Integer, String> refusals = new HashMap<>();

  private ClassWeaver(ClassVisitor next, Map<String, Weaving> hooks) {
    super(Opcodes.ASM9, next);
    this.hooks = hooks;
  }

  /**
   * Returns the key of a method in the map of hooks. It has the number of arguments, because
   * descriptors differ between JDKs.
   */
  public static String key(String method, int argumentCount) {
    return method + "/" + argumentCount;
  }

  /** The result of weaving. */
  public static final class Woven {
    private final byte[] classFile;
    private final Map<Integer, Integer> matches;
    private final Map<Integer, String> refusals;

    private Woven(byte[] classFile, Map<Integer, Integer> matches, Map<Integer, String> refusals) {
      this.classFile = classFile;
      this.matches = matches;
      this.refusals = refusals;
    }

    public byte[] classFile() {
      return classFile;
    }

    /** Returns how often each hook matched. */
    public Map<Integer, Integer> matches() {
      return matches;
    }

    /** Returns why a hook could not be woven into the method that it matches. */
    public Map<Integer, String> refusals() {
      return refusals;
    }
  }

  /**
   * Weaves hooks into a class file.
   *
   * @param hooks by {@link #key}
   */
  public static Woven weave(byte[] classFile, Map<String, Weaving> hooks) {
    ClassReader reader = new ClassReader(classFile);
    ClassWriter writer = new ClassWriter(reader, 0);
    ClassWeaver weaver = new ClassWeaver(writer, hooks);
    reader.accept(weaver, ClassReader.EXPAND_FRAMES);
    return new Woven(writer.toByteArray(), weaver.matches, weaver.refusals);
  }

  @Override
  public MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
    Weaving weaving = hooks.get(key(name, Type.getArgumentTypes(descriptor).length));
    if (weaving == null || (access & (Opcodes.ACC_SYNTHETIC | Opcodes.ACC_BRIDGE)) != 0) {
      return next;
    }
    if (weaving.style() == Weaving.Style.DEFINITION && !DefinitionWeaver.isFor(descriptor)) {
      return next;
    }
    int hook = weaving.hook();
    if ((access & (Opcodes.ACC_NATIVE | Opcodes.ACC_ABSTRACT)) != 0) {
      refusals.put(hook, name + descriptor + " has no code");
      return next;
    }
    matches.put(hook, matches.getOrDefault(hook, 0) + 1);
    return switch (weaving.style()) {
      case ARGUMENTS, RECEIVER_FIRST -> new MethodWeaver(next, access, descriptor, weaving);
      case DEFINITION -> new DefinitionWeaver(next, descriptor);
      case REFUSAL -> refuse(next, descriptor);
    };
  }

  /** Writes a body that returns false, instead of the method's own. */
  private static MethodVisitor refuse(MethodVisitor body, String descriptor) {
    body.visitCode();
    body.visitInsn(Opcodes.ICONST_0);
    body.visitInsn(Opcodes.IRETURN);
    body.visitMaxs(1, Type.getArgumentsAndReturnSizes(descriptor) >> 2);
    body.visitEnd();
    return null;
  }
}
