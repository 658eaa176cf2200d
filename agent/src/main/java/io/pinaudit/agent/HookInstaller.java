package io.pinaudit.agent;

import io.pinaudit.agent.boot.CallSites;
import io.pinaudit.agent.boot.ClassFiles;
import io.pinaudit.agent.boot.Dispatcher;
import io.pinaudit.agent.hook.NativeMethods;
import io.pinaudit.agent.jdk.ForeignMemory;
import io.pinaudit.agent.jdk.JdkInternals;
import io.pinaudit.agent.meet.Rendezvous;
import io.pinaudit.agent.state.Session;
import io.pinaudit.agent.table.DeclaredPin;
import io.pinaudit.agent.table.HookAction;
import io.pinaudit.agent.table.HookPoint;
import io.pinaudit.agent.table.HookTable;
import io.pinaudit.agent.weave.ClassWeaver;
import io.pinaudit.agent.weave.Weaving;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassDefinition;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Puts the hooks of the table into this JDK.
 *
 * <p>The hooks are put in by redefining classes, not by a transformer that stays. The JVM would
 * show a transformer each class that the application loads, which costs start-up time; and other
 * agents' retransformations start from the redefined classes, so that the hooks stay in place.
 */
final class HookInstaller {
  private final Instrumentation instrumentation;
  private final NativeMethods methods = new NativeMethods();
  private final HookFactory factory;
  private final AppClasses appClasses;
  private final boolean meetings;
  private final boolean guard;
  private final Map<String, HookState> states = new LinkedHashMap<>();
  private final List<ClassDefinition> definitions = new ArrayList<>();
  private final List<ClassDefinition> originals = new ArrayList<>();

  HookInstaller(Instrumentation instrumentation, Session session, AppClasses appClasses) {
    this.instrumentation = instrumentation;
    this.appClasses = appClasses;
    this.meetings = !session.rendezvous().equals(Rendezvous.NONE);
    this.guard = session.guard().isOn();
    this.factory = new HookFactory(session, methods);
  }

  /** Installs all hooks and returns what became of each. */
  List<HookState> install(AgentOptions options) {
    for (Map.Entry<String, List<Integer>> entry : numbersByClass().entrySet()) {
      try {
        weave(entry.getKey(), entry.getValue());
      } catch (ClassNotFoundException e) {
        settleAll(entry.getValue(), HookState.Status.ABSENT, "no class " + entry.getKey());
      } catch (IOException | RuntimeException | LinkageError e) {
        settleAll(entry.getValue(), HookState.Status.FAILED, e.toString());
      }
    }
    int next = declare(options, false, HookTable.POINTS.size());
    declare(options, true, next);
    ClassFiles.rewriteBy(appClasses);
    redefine();
    return List.copyOf(states.values());
  }

  private static Map<String, List<Integer>> numbersByClass() {
    Map<String, List<Integer>> numbers = new LinkedHashMap<>();
    for (int i = 0; i < HookTable.POINTS.size(); i++) {
      String className = HookTable.POINTS.get(i).className();
      List<Integer> ofClass = numbers.get(className);
      if (ofClass == null) {
        ofClass = new ArrayList<>();
        numbers.put(className, ofClass);
      }
      ofClass.add(i);
    }
    return numbers;
  }

  private void weave(String className, List<Integer> numbers)
      throws ClassNotFoundException, IOException {
    Map<String, Weaving> wanted = new LinkedHashMap<>();
    for (int number : numbers) {
      HookPoint point = HookTable.POINTS.get(number);
      switch (point.action().place()) {
        case LIBRARY, CALL_SITES, BOUND_METHODS -> awaitClass(number);
        case LINKER -> wantIf(ForeignMemory.AVAILABLE, "JDK 22", wanted, number);
        case MEETINGS -> wantIf(meetings, "the option meet", wanted, number);
        case GUARD -> wantIf(guard, "the option guard", wanted, number);
        case ARENAS ->
            wantIf(guard && ForeignMemory.AVAILABLE, "the option guard and JDK 22", wanted, number);
        case HOLDING -> wantIf(meetings || guard, "the option meet or guard", wanted, number);
        case JDK -> want(wanted, point, number);
      }
    }
    if (wanted.isEmpty()) {
      return;
    }
    Class<?> type = Class.forName(className, false, null);
    JdkInternals.read(instrumentation, type.getModule(), Dispatcher.class.getModule());
    byte[] original = classFile(className);
    ClassWeaver.Woven woven = ClassWeaver.weave(original, wanted);
    for (Weaving weaving : wanted.values()) {
      settle(weaving.hook(), woven);
    }
    if (!woven.matches().isEmpty()) {
      definitions.add(new ClassDefinition(type, woven.classFile()));
      originals.add(new ClassDefinition(type, original));
    }
  }

  private void wantIf(boolean wants, String needed, Map<String, Weaving> wanted, int number) {
    if (wants) {
      want(wanted, HookTable.POINTS.get(number), number);
    } else {
      settle(number, HookState.Status.ABSENT, 0, "needs " + needed);
    }
  }

  private void want(Map<String, Weaving> wanted, HookPoint point, int number) {
    HookAction action = point.action();
    if (!installed(point.name())) {
      wanted.put(point.key(), new Weaving(number, action.style(), action.positions()));
    }
  }

  private boolean installed(String name) {
    HookState state = states.get(name);
    return state != null && state.status() == HookState.Status.INSTALLED;
  }

  private void settle(int number, ClassWeaver.Woven woven) {
    HookPoint point = HookTable.POINTS.get(number);
    int matches = woven.matches().getOrDefault(number, 0);
    String refusal = woven.refusals().get(number);
    if (matches == 0 && refusal != null && point.action() == HookAction.SET_LENGTH) {
      replaceCalls(number);
    } else if (matches == 0 && refusal != null && point.isNative()) {
      awaitReflection(number);
    } else if (matches == 0 && refusal != null) {
      settle(number, HookState.Status.FAILED, 0, refusal);
    } else if (matches == 0) {
      String method = point.className() + "." + point.key();
      settle(number, HookState.Status.ABSENT, 0, "no " + method);
    } else if (create(number)) {
      settle(number, HookState.Status.INSTALLED, matches, null);
    }
  }

  private void replaceCalls(int number) {
    if (create(number)) {
      CallSites.dispatchSetLengthTo(number);
      appClasses.replaceSetLength(number);
      methods.add(HookTable.POINTS.get(number), number);
      String how = "native on this JDK: its calls are replaced in classes as they load";
      settle(number, HookState.Status.INSTALLED, 0, how);
    }
  }

  private void awaitReflection(int number) {
    if (create(number)) {
      methods.add(HookTable.POINTS.get(number), number);
      settle(number, HookState.Status.INSTALLED, 0, "native: seen when called by reflection");
    }
  }

  private int declare(AgentOptions options, boolean unpins, int firstNumber) {
    int number = firstNumber;
    for (DeclaredPin pin : unpins ? options.unpins() : options.pins()) {
      Dispatcher.install(number, factory.create(pin, unpins, options.unpinsByHandle(pin)));
      appClasses.add(pin, number);
      String name = (unpins ? "unpin=" : "pin=") + pin.className() + "." + pin.method();
      String reason = "no " + pin.className() + " has been loaded yet";
      states.put(name, new HookState(name, number, HookState.Status.AWAITED, 0, reason));
      number++;
    }
    return number;
  }

  private void awaitClass(int number) {
    if (create(number)) {
      HookPoint point = HookTable.POINTS.get(number);
      appClasses.add(point, number);
      String reason = "no " + point.className() + " has been loaded yet";
      settle(number, HookState.Status.AWAITED, 0, reason);
    }
  }

  private boolean create(int number) {
    try {
      HookAction action = HookTable.POINTS.get(number).action();
      if (action.style().callsHook()) {
        Dispatcher.install(number, factory.create(action, number));
      }
      return true;
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      settle(number, HookState.Status.FAILED, 0, e.toString());
      return false;
    }
  }

  private void settleAll(List<Integer> numbers, HookState.Status status, String reason) {
    for (int number : numbers) {
      if (!installed(HookTable.POINTS.get(number).name())) {
        settle(number, status, 0, reason);
      }
    }
  }

  private void settle(int number, HookState.Status status, int matches, String reason) {
    String name = HookTable.POINTS.get(number).name();
    HookState before = states.get(name);
    // Of the rows of one name that did not match, the first says why, and a failure more than
    // absence.
    boolean worse = before != null && status.compareTo(before.status()) >= 0;
    if (!worse || status == HookState.Status.FAILED) {
      states.put(name, new HookState(name, number, status, matches, reason));
    }
  }

  /** Takes all hooks out of service and removes them from the classes of the JDK. */
  void uninstall() {
    ClassFiles.rewriteBy(null);
    for (int number = 0; number < Dispatcher.CAPACITY; number++) {
      Dispatcher.install(number, null);
    }
    definitions.clear();
    definitions.addAll(originals);
    redefine();
  }

  private void redefine() {
    try {
      instrumentation.redefineClasses(definitions.toArray(new ClassDefinition[0]));
    } catch (ReflectiveOperationException
        | UnmodifiableClassException
        | RuntimeException
        | LinkageError together) {
      // One that cannot be redefined must not take the others with it.
      for (ClassDefinition definition : definitions) {
        redefine(definition);
      }
    }
  }

  private void redefine(ClassDefinition definition) {
    try {
      instrumentation.redefineClasses(definition);
    } catch (ReflectiveOperationException
        | UnmodifiableClassException
        | RuntimeException
        | LinkageError e) {
      String className = definition.getDefinitionClass().getName();
      for (HookState state : List.copyOf(states.values())) {
        int number = state.number();
        if (number < HookTable.POINTS.size()
            && HookTable.POINTS.get(number).className().equals(className)) {
          Dispatcher.install(state.number(), null);
          settle(state.number(), HookState.Status.FAILED, 0, e.toString());
        }
      }
    }
  }

  private static byte[] classFile(String className) throws IOException {
    String resource = "/" + className.replace('.', '/') + ".class";
    try (InputStream in = Object.class.getResourceAsStream(resource)) {
      // What is not in the JDK is one of our own.
      return in == null ? BootClasses.classFile(className) : in.readAllBytes();
    }
  }
}
