package io.pinaudit.cli;

import io.pinaudit.record.BlockDevices;
import io.pinaudit.record.Bpftrace;
import java.io.IOException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;

/** The verb {@code probes}: prints the probes for this kernel as a program for bpftrace. */
public final class ProbesVerb implements Verb {
  /** Makes the verb; the service loader calls this. */
  public ProbesVerb() {}

  @Override
  public String name() {
    return "probes";
  }

  @Override
  public String arguments() {
    return "--bpftrace";
  }

  @Override
  public String summary() {
    return "print the probes for this kernel as a bpftrace program";
  }

  @Override
  public Options options() {
    return new Options()
        .addOption(
            Option.builder()
                .longOpt("bpftrace")
                .desc("in the language of the installed bpftrace; valid until the next boot")
                .get());
  }

  @Override
  public int run(CommandLine line, Console console) throws IOException {
    if (!line.hasOption("bpftrace") || !line.getArgList().isEmpty()) {
      throw new UsageException("probes: expected --bpftrace and no argument");
    }
    console.out().print(Bpftrace.find().script(new BlockDevices().list()));
    return ExitStatus.CLEAN;
  }
}
