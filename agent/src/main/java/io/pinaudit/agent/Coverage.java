package io.pinaudit.agent;

import io.pinaudit.agent.boot.Dispatcher;
import io.pinaudit.agent.state.BufferPiece;
import io.pinaudit.agent.state.FileState;
import io.pinaudit.agent.state.Mapping;
import io.pinaudit.agent.state.MountTable;
import io.pinaudit.agent.state.Pins;
import io.pinaudit.agent.state.Session;
import io.pinaudit.events.DaxMounts;
import io.pinaudit.events.HookCoverage;
import io.pinaudit.events.LiveMapping;
import io.pinaudit.events.LivePin;
import io.pinaudit.events.MappingCheck;
import io.pinaudit.events.RecordingLoss;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import jdk.jfr.FlightRecorder;
import jdk.jfr.FlightRecorderListener;
import jdk.jfr.Recording;

/**
 * Writes into each chunk of a recording what the agent covers and what it has lost.
 *
 * <p>Everything that touches events waits for the flight recorder to start. Initializing an event
 * class or adding a periodic event earlier would start the recorder's machinery in programs that
 * record nothing, which takes longer than all the rest of the agent. A mere listener starts
 * nothing.
 */
final class Coverage implements FlightRecorderListener {
  private static final String SNAPSHOT = "snapshot";
  private final Session session;
  private final List<HookState> states;
  private final AppClasses appClasses;
  private Heartbeat heartbeat;
  // Made when the recorder starts, for a method reference takes long in a JVM that has none yet.
  private volatile List<Runnable> periodic = List.of();
  private final AtomicLong failedSteps = new AtomicLong();
  private volatile Class<?> lastFailure = Throwable.class;

  Coverage(Session session, List<HookState> states, AppClasses appClasses) {
    this.session = session;
    this.states = states;
    this.appClasses = appClasses;
  }

  /**
   * Sets the heartbeat that is told what becomes of recordings; null for none. Call this before the
   * object becomes a listener.
   */
  void tell(Heartbeat told) {
    heartbeat = told;
  }

  @Override
  public void recordingStateChanged(Recording recording) {
    if (heartbeat != null) {
      heartbeat.changed(recording);
    }
  }

  @Override
  public void recorderInitialized(FlightRecorder recorder) {
    try {
      BootClasses.initializeEvents();
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
    session.recorder().start();
    rehearse();
    Runnable states = quiet(this::commitStates);
    Runnable losses = quiet(this::commitLosses);
    Runnable mappings = quiet(this::commitMappings);
    Runnable pins = quiet(this::commitPins);
    Runnable mounts = quiet(this::commitMounts);
    Runnable looks = quiet(session.looks()::lookAtSome);
    periodic = List.of(states, losses, mappings, pins, mounts, looks);
    FlightRecorder.addPeriodicEvent(HookCoverage.class, states);
    FlightRecorder.addPeriodicEvent(RecordingLoss.class, losses);
    FlightRecorder.addPeriodicEvent(LiveMapping.class, mappings);
    FlightRecorder.addPeriodicEvent(LivePin.class, pins);
    FlightRecorder.addPeriodicEvent(DaxMounts.class, mounts);
    FlightRecorder.addPeriodicEvent(MappingCheck.class, looks);
  }

  /**
   * Links the code that the unmapping thread of the JVM will need, while there is memory: that
   * thread does not survive a lack of memory while it links.
   */
  private void rehearse() {
    session.recorder().kernel().threadId();
    session.mappings().add(new Mapping(1, 1, 0, FileState.UNKNOWN));
    session.mappings().remove(1, 1);
  }

  /**
   * Wraps a step for the recorder. If the step throws, for lack of memory above all, the wrapper
   * counts a loss; otherwise the recorder would print the exception among the lines of the program.
   */
  private Runnable quiet(Runnable step) {
    return () -> {
      try {
        step.run();
      } catch (Throwable failure) {
        failedSteps.incrementAndGet();
        lastFailure = failure.getClass();
      }
    };
  }

  /** Stops writing. */
  void stop() {
    FlightRecorder.removeListener(this);
    if (heartbeat != null) {
      heartbeat.stop();
    }
    session.recorder().stop();
    for (Runnable each : periodic) {
      FlightRecorder.removePeriodicEvent(each);
    }
  }

  private void commitStates() {
    for (HookState state : states) {
      HookState now = now(state);
      HookCoverage event = new HookCoverage();
      event.hook = now.name();
      event.state = now.status().text();
      event.matches = now.matches();
      event.reason = now.reason();
      session.recorder().commit(event, now.name(), System.nanoTime());
    }
  }

  /** Returns what has become of a hook since it was installed. */
  private HookState now(HookState state) {
    int number = state.number();
    int matches = state.matches() + appClasses.matches(number);
    boolean wasInstalled = state.status() == HookState.Status.INSTALLED;
    boolean awaited = state.status() == HookState.Status.AWAITED;
    if ((wasInstalled || awaited) && Dispatcher.failed(number)) {
      String reason = Dispatcher.reason(number);
      return new HookState(state.name(), number, HookState.Status.FAILED, matches, reason);
    }
    return awaited && matches > 0
        ? new HookState(state.name(), number, HookState.Status.INSTALLED, matches, null)
        : new HookState(state.name(), number, state.status(), matches, state.reason());
  }

  private void commitLosses() {
    for (HookState state : states) {
      commitLoss(state.name(), Dispatcher.lost(state.number()), Dispatcher.reason(state.number()));
    }
    commitLoss(SNAPSHOT, failedSteps.get(), lastFailure.getName());
  }

  private void commitLoss(String hook, long count, String reason) {
    if (count > 0) {
      RecordingLoss event = new RecordingLoss();
      event.hook = hook;
      event.count = count;
      event.reason = reason;
      session.recorder().commit(event, hook, System.nanoTime());
    }
  }

  private void commitMounts() {
    MountTable table = MountTable.ofThisProcess();
    DaxMounts event = new DaxMounts();
    event.mounts = table.mounts();
    event.withDax = table.withDax();
    session.recorder().commit(event, SNAPSHOT, System.nanoTime());
  }

  private void commitMappings() {
    session.looks().lookAtAll();
    // Before they are read: each was mapped at this time, or will be told of by an event of its
    // own.
    long nanos = System.nanoTime();
    for (Mapping mapping : session.mappings().all()) {
      LiveMapping event = new LiveMapping();
      mapping.describe(event);
      session.recorder().commit(event, SNAPSHOT, nanos);
    }
  }

  private void commitPins() {
    long nanos = System.nanoTime();
    for (Pins.Pin pin : session.pins().live()) {
      LivePin event = new LivePin();
      BufferPiece.describe(event, pin.memory());
      event.pinId = pin.id();
      event.longTerm = pin.longTerm();
      event.holder = pin.holder();
      session.recorder().commit(event, SNAPSHOT, nanos);
    }
  }
}
