package io.pinaudit.analyzer.report;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.pinaudit.analyzer.FuzzedFile;
import io.pinaudit.analyzer.audit.Audit;
import io.pinaudit.analyzer.audit.Inputs;
import io.pinaudit.analyzer.gate.Judgement;
import io.pinaudit.analyzer.trace.InputException;
import io.pinaudit.analyzer.whatif.KernelTable;
import io.pinaudit.analyzer.whatif.Questions;
import io.pinaudit.analyzer.whatif.WhatIf;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.List;

/** Any kernel trace is audited and reported in every format, or refused with its place. */
class ReportsFuzzTest {
  private static final Questions EVERYTHING =
      new Questions(Questions.FAMILIES, true, true, new KernelTable.Version(6, 1));

  @FuzzTest(maxDuration = "10m")
  void wholeAudit(byte[] bytes) throws IOException {
    Path file = FuzzedFile.holding(bytes);
    try {
      WhatIf whatIf = new WhatIf(EVERYTHING);
      Audit audit = Audit.of(Inputs.of(List.of(file)), whatIf);
      List<Judgement> runs =
          List.of(Judgement.of(file.toString(), audit).with(whatIf.answers(audit)).gatingAsIf());
      for (Format format : Format.values()) {
        StringWriter out = new StringWriter();
        Report.of(format, Sources.unknown(), false, "fuzzed").write(runs, out);
        assertFalse(out.toString().contains("\u001b"), format.name());
      }
    } catch (InputException e) {
      assertTrue(e.getMessage().startsWith(file + ":"), e.getMessage());
    }
  }
}
