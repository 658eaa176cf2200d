package io.pinaudit.cli.recording;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.LiveAudit;
import io.pinaudit.analyzer.audit.LiveState;
import io.pinaudit.analyzer.finding.Finding;
import io.pinaudit.analyzer.report.TextReport;
import io.pinaudit.analyzer.rule.Rule;
import io.pinaudit.cli.Console;
import io.pinaudit.cli.Main;
import io.pinaudit.cli.alarm.Alarm;
import io.pinaudit.run.RunDescription;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Follows one run directory to the end of its run, and tells of findings meanwhile.
 *
 * <p>One thread runs it; {@link #stop} may be called by any other.
 */
final class Watch {
  private static final long PERIOD_MILLIS = 150;
  private static final long LOOK_NANOS = 1_000_000_000;
  private static final int MOST_DUMPS = 20;
  private static final long BEGIN_NANOS = 60_000_000_000L;

  private final Path directory;
  private final Supplier<List<Rule>> rules;
  private final List<Alarm> alarms;
  private final Console console;
  private final LiveLine live;
  private final Set<String> noted = new HashSet<>();
  private Told told; // since the run began
  private long dumpNanos;
  private int dumps;
  private volatile boolean stopped;
  private volatile Path repository;

  Watch(Path directory, Supplier<List<Rule>> rules, List<Alarm> alarms, Console console) {
    this.directory = directory;
    this.rules = rules;
    this.alarms = List.copyOf(alarms);
    this.console = console;
    this.live = new LiveLine(console);
  }

  /** Follows a JVM whose folder in JFR's repository is not in the run directory. */
  void follow(Path folder) {
    repository = folder;
  }

  /** Copies the last part of the run for each of the first findings. */
  void dumpLast(Duration length) {
    dumpNanos = length.toNanos();
  }

  /** Ends the watch although the run goes on. */
  void stop() {
    stopped = true;
  }

  /**
   * Watches until the recorder has ended, the time is over, or {@link #stop} was called.
   *
   * @return the audit of the run; empty if the run did not begin
   */
  Optional<Audit> run(Duration limit) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    Optional<LiveAudit> begun = begin(deadline);
    if (begun.isEmpty()) {
      return Optional.empty();
    }
    try (LiveAudit audit = begun.get()) {
      told = new Told(audit.names());
      long lookNanos = System.nanoTime();
      boolean over = false;
      while (!over) {
        Thread.sleep(PERIOD_MILLIS);
        boolean looks = System.nanoTime() - lookNanos > LOOK_NANOS;
        over = stopped || System.nanoTime() > deadline || looks && audit.recorderEnded();
        step(audit);
        if (looks) {
          lookNanos = System.nanoTime();
          look(audit);
        }
      }
      live.wipe();
      return Optional.of(end(audit));
    }
  }

  /**
   * Begins the audit as soon as the recorder has written the description, which it does when all
   * its probes are attached.
   */
  private Optional<LiveAudit> begin(long deadline) throws IOException, InterruptedException {
    long patience = System.nanoTime() + BEGIN_NANOS;
    while (true) {
      try {
        if (Files.exists(directory.resolve(RunDescription.FILE_NAME))) {
          return Optional.of(new LiveAudit(directory, rules));
        }
      } catch (IOException e) {
        // Perhaps the recorder has not written all of it.
        if (System.nanoTime() > patience) {
          throw e;
        }
      }
      if (stopped || System.nanoTime() > deadline) {
        return Optional.empty();
      }
      Thread.sleep(PERIOD_MILLIS);
    }
  }

  private void step(LiveAudit audit) throws IOException {
    if (repository != null) {
      audit.follow(repository);
    }
    audit.step();
    tell(audit);
  }

  private void tell(LiveAudit audit) {
    long nowNanos = System.nanoTime();
    List<Finding> all = audit.findings();
    List<Finding> news = told.news(all, nowNanos);
    List<Finding> worse = told.worse(all, nowNanos);
    List<Finding> again = told.again(all, nowNanos);
    if (!news.isEmpty()) {
      Audit only = audit.only(news);
      live.wipe();
      TextReport.printFindings(only, console.out());
      console.out().flush();
      alarms.forEach(alarm -> quietly(() -> alarm.found(only)));
      quietly(() -> dump(audit, news.getFirst()));
    }
    if (!worse.isEmpty()) {
      Audit only = audit.only(worse);
      printLatest(only);
      alarms.forEach(alarm -> quietly(() -> alarm.found(only)));
    }
    if (!again.isEmpty()) {
      printLatest(audit.only(again));
    }
  }

  private void printLatest(Audit again) {
    live.wipe();
    TextReport.latest(again).forEach(console.out()::println);
    console.out().flush();
  }

  /** Keeps the surroundings of a finding in a run directory of that name. */
  private void dump(LiveAudit audit, Finding finding) throws IOException {
    if (dumpNanos > 0 && dumps < MOST_DUMPS) {
      dumps++;
      Path target = directory.resolve(finding.id());
      audit.copyLast(target, dumpNanos);
      note("the last minutes before " + finding.id() + " are in " + target);
    }
  }

  private void look(LiveAudit audit) {
    LiveState state = audit.state();
    List<Finding> all = audit.findings();
    live.draw(state, told.count());
    alarms.forEach(alarm -> quietly(() -> alarm.look(state, all)));
    audit.givenUp().forEach(this::note);
    if (state.lateCalls() > 0) {
      note(
          "some calls took so long that they came after later events had been judged: what they"
              + " met is told at the end");
    }
  }

  private Audit end(LiveAudit audit) throws IOException {
    LiveState before = audit.state();
    Audit whole = audit.finish();
    LiveState state = before.atEnd(audit.state());
    List<Finding> news = told.news(whole.findings(), System.nanoTime());
    Audit named = whole.with(told.named(whole.findings()));
    for (Alarm alarm : alarms) {
      if (!news.isEmpty()) {
        quietly(() -> alarm.found(named.with(news)));
      }
      quietly(() -> alarm.look(state, named.findings()));
      quietly(alarm::close);
    }
    return named;
  }

  private void note(String line) {
    if (noted.add(line)) {
      live.wipe();
      console.note(line);
    }
  }

  /** Does something that may fail, which is said once and does not end the watch. */
  private void quietly(Doing doing) {
    try {
      doing.run();
    } catch (IOException e) {
      note(Main.oneLine(e));
    }
  }

  @FunctionalInterface
  private interface Doing {
    void run() throws IOException;
  }
}
