package io.pinaudit.cli.doctor;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.Installation;
import io.pinaudit.cli.UsageException;
import io.pinaudit.cli.Verb;
import io.pinaudit.record.BlockDevices;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * The verb {@code doctor}: says what will work on this machine and what will not. Exits with 0 if
 * an audit here can be complete, with 3 if it cannot.
 */
public final class DoctorVerb implements Verb {
  /** Called by the service loader. */
  public DoctorVerb() {}

  @Override
  public String name() {
    return "doctor";
  }

  @Override
  public String arguments() {
    return "";
  }

  @Override
  public String summary() {
    return "say what will work on this machine and what will not";
  }

  @Override
  public Options options() {
    return new Options()
        .addOption(
            Option.builder()
                .longOpt("java")
                .hasArg()
                .argName("HOME")
                .desc("only say what becomes of the agent's hooks in this JDK")
                .get());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException {
    if (!line.getArgList().isEmpty()) {
      throw new UsageException(
          "doctor: found '" + line.getArgList().getFirst() + "', expected none");
    }
    List<Check> all = new ArrayList<>();
    List<Check> last = List.of();
    String home = line.getOptionValue("java");
    for (Section section : home == null ? sections() : hooks(Path.of(home))) {
      console.out().println(section.title());
      last = section.checks();
      for (Check check : last) {
        console.out().printf("  %-8s %s%n", check.state().label(), check.text());
        all.add(check);
      }
      console.out().println();
    }
    long missing = all.stream().filter(check -> check.state() == Check.State.MISSING).count();
    if (home != null) {
      return missing == 0 ? ExitStatus.CLEAN : ExitStatus.INCONCLUSIVE;
    }
    boolean complete = last.stream().allMatch(check -> check.state() == Check.State.OK);
    console.out().println(conclusion(complete, missing));
    return complete ? ExitStatus.CLEAN : ExitStatus.INCONCLUSIVE;
  }

  /** The rules are the last section: all else is only what they need, or might need elsewhere. */
  private static String conclusion(boolean complete, long missing) {
    if (!complete) {
      return "An audit on this machine cannot be complete: see MISSING above (%d). `pinaudit lab` has all of it."
          .formatted(missing);
    }
    return missing == 0
        ? "Everything is here: an audit on this machine can be complete."
        : "An audit on this machine can be complete: every rule can be applied or is ruled out.";
  }

  private static List<Section> hooks(Path home) {
    return List.of(new HookSection(home, Installation.current().agentJar()));
  }

  private static List<Section> sections() throws IOException {
    List<BlockDevice> devices = new BlockDevices().list();
    List<Mount> mounts = Mount.list();
    KernelTrial trial = KernelTrial.of(devices);
    return List.of(
        JdkSection.ofThisMachine(System.getenv()),
        new KernelSection(trial),
        new StorageSection(devices, mounts),
        new RuleSection(trial, devices, mounts));
  }
}
