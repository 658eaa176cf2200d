package io.pinaudit.cli.doctor;

import java.io.IOException;
import java.util.List;

/** What the doctor looks at under one heading. */
interface Section {
  /** The heading. */
  String title();

  /** Looks. */
  List<Check> checks() throws IOException;
}
