package io.pinaudit.analyzer.report;

import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.gate.Judgement;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Recorded runs, and reports of them. */
final class Runs {
  static final Path JAVA = Path.of("src/test/resources/runs/linux-6.1.192-java-dma");
  static final Path KERNEL_ONLY = Path.of("src/test/resources/runs/linux-6.1.192-vmsplice-unlink");

  private Runs() {}

  static Judgement judged(Path... inputs) throws IOException {
    return Judgement.of(inputs[0].getFileName().toString(), Audit.of(Inputs.of(List.of(inputs))));
  }

  /** Every kind of run: both sides, one side, loose files, and one whose names are hostile. */
  static List<Judgement> all(Path folder) throws IOException {
    return List.of(
        judged(JAVA),
        judged(KERNEL_ONLY),
        judged(JAVA.resolve("kernel.ftrace"), JAVA.resolve("app.jfr")),
        judged(JAVA.resolve("app.jfr")),
        judged(hostile(folder)));
  }

  /** The recorded run with threads and files that are called as a hostile program likes. */
  static Path hostile(Path folder) throws IOException {
    Path run = Files.createDirectories(folder.resolve("<b>run&"));
    Files.copy(JAVA.resolve("run.json"), run.resolve("run.json"), REPLACE_EXISTING);
    Files.writeString(
        run.resolve("kernel.ftrace"),
        Files.readString(JAVA.resolve("kernel.ftrace"))
            .replaceAll("(?m)^ *\\S+-(\\d+) +\\(", "<script>x</scri-$1 ("));
    // The recording's strings have their length before them: it must stay the same.
    String recording = Files.readString(JAVA.resolve("app.jfr"), StandardCharsets.ISO_8859_1);
    Files.writeString(
        run.resolve("app.jfr"),
        recording
            .replace("/dma-into-truncated-194.victim", "/<img src=x onerror=alert(1)>'")
            .replace("/dma-into-truncated-194.buffers", "/]]>\"&%0A\n::error::\u001b[31m<b>x\r.."),
        StandardCharsets.ISO_8859_1);
    return run;
  }

  /** A report of these runs. */
  static String report(Format format, Sources sources, List<Judgement> runs) throws IOException {
    StringWriter out = new StringWriter();
    Report.of(format, sources, false, "1.2.3").write(runs, out);
    return out.toString();
  }

  static String report(Format format, List<Judgement> runs) throws IOException {
    return report(format, Sources.unknown(), runs);
  }
}
