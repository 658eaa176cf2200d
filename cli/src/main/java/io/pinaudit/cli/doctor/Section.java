package io.pinaudit.cli.doctor;

import java.io.IOException;
import java.util.List;

/** A group of checks under one heading. */
interface Section {
  /** Returns the heading. */
  String title();

  /** Runs the checks. */
  List<Check> checks() throws IOException;
}
