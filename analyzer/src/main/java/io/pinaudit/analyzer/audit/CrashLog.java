package io.pinaudit.analyzer.audit;

import io.pinaudit.analyzer.trace.Fault;
import io.pinaudit.analyzer.trace.Source;
import io.pinaudit.analyzer.trace.Stamp;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What HotSpot leaves of a JVM that died, {@code hs_err_pid4711.log}:
 *
 * <pre>
 * #  SIGBUS (0x7) at pc=0x00007f1c2b0d1f2b, pid=4711, tid=4712
 * Current thread (0x00007f1c2402c3a0):  JavaThread "main" [_thread_in_native, id=4712, stack(…)]
 * siginfo: si_signo: 7 (SIGBUS), si_code: 2 (BUS_ADRERR), si_addr: 0x00007f1c0c000000
 * </pre>
 *
 * @param file where it was read
 * @param pid of the JVM, as it knew itself
 * @param tid of the thread that got the signal; -1 if unknown
 * @param signal what it died of, as {@code SIGBUS}
 * @param thread name of the thread; empty if unknown
 * @param detail what the signal was about, in HotSpot's words; empty if unknown
 */
record CrashLog(Path file, String pid, int tid, String signal, String thread, String detail) {
  /** The head of a log tells all that is of use; the rest of it may be megabytes. */
  private static final int MOST_LINES = 400;

  private static final Pattern DEATH =
      Pattern.compile("^#\\s+(SIG\\w+) \\(0x\\w+\\).*pid=(\\d+)(?:, tid=(\\d{1,9})\\b)?");
  private static final Pattern THREAD = Pattern.compile("^Current thread .*?\"([^\"]*)\"");
  private static final Pattern SIGNAL = Pattern.compile("^siginfo: (.*)");

  /** Reads one; empty if it does not say what the JVM died of. */
  static Optional<CrashLog> read(Path file) throws IOException {
    List<String> lines;
    try (var all = Files.lines(file, StandardCharsets.ISO_8859_1)) {
      lines = all.limit(MOST_LINES).toList();
    }
    return find(DEATH, lines)
        .map(
            death ->
                new CrashLog(
                    file,
                    death.group(2),
                    death.group(3) == null ? -1 : Integer.parseInt(death.group(3)),
                    death.group(1),
                    find(THREAD, lines).map(match -> match.group(1)).orElse(""),
                    find(SIGNAL, lines).map(match -> match.group(1)).orElse("")));
  }

  private static Optional<Matcher> find(Pattern pattern, List<String> lines) {
    return lines.stream().map(pattern::matcher).filter(Matcher::find).findFirst();
  }

  /** Returns the death as a fault, if it was an access to mapped memory that failed. */
  Optional<Fault> fault() {
    return signal.equals("SIGBUS")
        ? Optional.of(
            new Fault(
                new Stamp(Fault.UNKNOWN, tid, thread, new Source(file.getFileName().toString(), 0)),
                "the JVM died of " + detail,
                List.of()))
        : Optional.empty();
  }

  /** Returns one line for people. */
  String text() {
    return "%s: JVM %s died of %s: its last calls are missing"
        .formatted(file.getFileName(), pid, signal);
  }
}
