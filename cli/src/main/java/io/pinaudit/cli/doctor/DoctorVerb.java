package io.pinaudit.cli.doctor;

import io.pinaudit.cli.Console;
import io.pinaudit.cli.ExitStatus;
import io.pinaudit.cli.Installation;
import io.pinaudit.cli.UsageException;
import io.pinaudit.cli.Verb;
import io.pinaudit.linux.Posix;
import io.pinaudit.record.BlockDevices;
import io.pinaudit.run.BlockDevice;
import io.pinaudit.run.Mount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/**
 * The verb {@code doctor}: says what will work on this machine and what will not. Exits with 0 if
 * an audit here can be complete, with 3 if it cannot.
 */
public final class DoctorVerb implements Verb {
  /** Makes the verb; the service loader calls this. */
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
                .get())
        .addOption(
            Option.builder("v").longOpt("verbose").desc("show all that was looked at").get());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException {
    if (!line.getArgList().isEmpty()) {
      throw new UsageException(
          "doctor: found '" + line.getArgList().getFirst() + "', expected none");
    }
    String home = line.getOptionValue("java");
    return home == null ? machine(line.hasOption("verbose"), console) : hooks(home, console);
  }

  private static int hooks(String home, Console console) throws IOException {
    HookSection hooks = new HookSection(Path.of(home), Installation.current().agentJar());
    List<Check> checks = show(hooks, console);
    boolean missing = checks.stream().anyMatch(check -> check.state() == Check.State.MISSING);
    return missing ? ExitStatus.INCONCLUSIVE : ExitStatus.CLEAN;
  }

  private static int machine(boolean verbose, Console console) throws IOException {
    List<BlockDevice> devices = new BlockDevices().list();
    List<Mount> mounts = Mount.list();
    KernelTrial trial = KernelTrial.of(devices);
    RuleSection rules = new RuleSection(trial, devices, mounts);
    if (verbose) {
      show(JdkSection.ofThisMachine(System.getenv()), console);
      show(new KernelSection(trial), console);
      show(new StorageSection(devices, mounts), console);
      show(new GuardSection(System.getProperty("os.version"), mounts), console);
      show(rules, console);
    }
    Advice advice = new Advice(rules.outlooks(), trial, Posix.isRoot());
    advice.lines().stream()
        .filter(line -> !verbose || !line.endsWith(" -v"))
        .forEach(console.out()::println);
    return advice.complete() ? ExitStatus.CLEAN : ExitStatus.INCONCLUSIVE;
  }

  private static List<Check> show(Section section, Console console) throws IOException {
    console.out().println(section.title());
    List<Check> checks = section.checks();
    for (Check check : checks) {
      console.out().printf("  %-8s %s%n", check.state().label(), check.text());
    }
    console.out().println();
    return checks;
  }
}
