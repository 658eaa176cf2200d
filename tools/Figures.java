import com.sun.source.tree.CaseTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ConstantCaseLabelTree;
import com.sun.source.tree.DefaultCaseLabelTree;
import com.sun.source.tree.IdentifierTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.PatternCaseLabelTree;
import com.sun.source.tree.SwitchExpressionTree;
import com.sun.source.tree.SwitchTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.JavacTask;
import com.sun.source.util.SourcePositions;
import com.sun.source.util.TreeScanner;
import com.sun.source.util.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Prints the figures of the main code's shape: lines a module, files a package, lengths of methods
 * (from the header, without annotations, to the closing brace), methods and constructors with many
 * parameters (without overrides and headers of records), and {@code default} arms beside named
 * constants or types. Only parses the sources: whether the constants or types are a closed set is
 * for the reader to see.
 *
 * <p>Usage: {@code tools/figures [--list] [MODULE...]}; {@code --list} names each place.
 */
final class Figures {
  private static final int SHORT_METHOD_LINES = 15;
  private static final int LONG_METHOD_LINES = 50;
  private static final int MOST_PARAMETERS = 4;
  private static final int MOST_FILES = 35;

  private final List<Integer> lengths = new ArrayList<>();
  private final List<String> wide = new ArrayList<>();
  private final List<String> tall = new ArrayList<>();
  private final List<String> defaults = new ArrayList<>();
  private final Map<String, Integer> packages = new TreeMap<>();
  private final Map<String, long[]> modules = new TreeMap<>();

  private Figures() {}

  /** Runs in the project's root folder. */
  public static void main(String... args) throws IOException {
    List<String> words = new ArrayList<>(List.of(args));
    boolean lists = words.remove("--list");
    Figures figures = new Figures();
    figures.read(sources(words));
    figures.print(lists);
  }

  private static List<Path> sources(List<String> modules) throws IOException {
    try (Stream<Path> all = Files.walk(Path.of(""), 30)) {
      return all.filter(path -> path.toString().endsWith(".java"))
          .filter(path -> path.toString().contains("/src/main/java/"))
          .filter(path -> modules.isEmpty() || modules.contains(path.getName(0).toString()))
          .sorted()
          .toList();
    }
  }

  private void read(List<Path> sources) throws IOException {
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      JavacTask task =
          (JavacTask)
              compiler.getTask(
                  null, files, null, null, null, files.getJavaFileObjectsFromPaths(sources));
      SourcePositions positions = Trees.instance(task).getSourcePositions();
      for (CompilationUnitTree unit : task.parse()) {
        count(unit, positions);
      }
    }
  }

  private void count(CompilationUnitTree unit, SourcePositions positions) throws IOException {
    Path path = Path.of(unit.getSourceFile().getName());
    packages.merge(path.getParent().toString(), 1, Integer::sum);
    long[] module = modules.computeIfAbsent(path.getName(0).toString(), name -> new long[2]);
    module[0]++;
    try (Stream<String> lines = Files.lines(path)) {
      module[1] += lines.count();
    }
    new Scan(unit, positions).scan(unit, null);
  }

  private void print(boolean lists) {
    long files = 0;
    long lines = 0;
    for (Map.Entry<String, long[]> module : modules.entrySet()) {
      files += module.getValue()[0];
      lines += module.getValue()[1];
      System.out.printf(
          "%-16s %5d files %7d lines%n",
          module.getKey(), module.getValue()[0], module.getValue()[1]);
    }
    System.out.printf("%-16s %5d files %7d lines%n%n", "all", files, lines);
    Collections.sort(lengths);
    long shorter = lengths.stream().filter(length -> length <= SHORT_METHOD_LINES).count();
    System.out.printf(
        "methods %d: median %d lines, %.1f %% with %d or fewer, longest %d%n",
        lengths.size(),
        lengths.get(lengths.size() / 2),
        100.0 * shorter / lengths.size(),
        SHORT_METHOD_LINES,
        lengths.getLast());
    System.out.printf(
        "packages %d: largest %d files%n", packages.size(), Collections.max(packages.values()));
    packages.entrySet().stream()
        .filter(one -> one.getValue() > MOST_FILES)
        .forEach(one -> System.out.println("  " + one.getValue() + " files in " + one.getKey()));
    print("methods with more than " + LONG_METHOD_LINES + " lines", tall, lists);
    print("methods with more than " + MOST_PARAMETERS + " parameters", wide, lists);
    print(
        "default arms beside named constants or types, which may be a closed set", defaults, lists);
  }

  private static void print(String what, List<String> places, boolean lists) {
    System.out.println(what + ": " + places.size());
    if (lists) {
      places.forEach(place -> System.out.println("  " + place));
    }
  }

  private final class Scan extends TreeScanner<Void, Void> {
    private final CompilationUnitTree unit;
    private final SourcePositions positions;
    private final String text;

    Scan(CompilationUnitTree unit, SourcePositions positions) {
      this.unit = unit;
      this.positions = positions;
      try {
        this.text = unit.getSourceFile().getCharContent(true).toString();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private long line(long position) {
      return unit.getLineMap().getLineNumber(position);
    }

    private String place(Tree tree) {
      return unit.getSourceFile().getName() + ":" + line(positions.getStartPosition(unit, tree));
    }

    @Override
    public Void visitMethod(MethodTree method, Void none) {
      if (method.getBody() != null && positions.getEndPosition(unit, method) >= 0) {
        long length = line(positions.getEndPosition(unit, method)) - first(method) + 1;
        lengths.add((int) length);
        if (length > LONG_METHOD_LINES) {
          tall.add(place(method) + " " + method.getName() + " " + length);
        }
      }
      boolean overrides =
          method.getModifiers().getAnnotations().stream()
              .anyMatch(one -> one.getAnnotationType().toString().equals("Override"));
      if (method.getParameters().size() > MOST_PARAMETERS && !overrides && !isCompact(method)) {
        wide.add(place(method) + " " + method.getName() + " " + method.getParameters().size());
      }
      return super.visitMethod(method, none);
    }

    /** Returns the line of the header, without annotations. */
    private long first(MethodTree method) {
      long start =
          method.getModifiers().getAnnotations().stream()
              .mapToLong(one -> positions.getEndPosition(unit, one))
              .max()
              .orElse(positions.getStartPosition(unit, method));
      int from = (int) start;
      while (Character.isWhitespace(text.charAt(from))) {
        from++;
      }
      return line(from);
    }

    /**
     * Returns whether a constructor is one of a record whose parameters stand in the record's
     * header.
     */
    private boolean isCompact(MethodTree method) {
      String header =
          text.substring((int) positions.getStartPosition(unit, method), bodyStart(method));
      return method.getName().contentEquals("<init>") && !header.contains("(");
    }

    private int bodyStart(MethodTree method) {
      return (int)
          positions.getStartPosition(unit, method.getBody() == null ? method : method.getBody());
    }

    @Override
    public Void visitSwitch(SwitchTree tree, Void none) {
      look(tree, tree.getCases());
      return super.visitSwitch(tree, none);
    }

    @Override
    public Void visitSwitchExpression(SwitchExpressionTree tree, Void none) {
      look(tree, tree.getCases());
      return super.visitSwitchExpression(tree, none);
    }

    private void look(Tree tree, List<? extends CaseTree> cases) {
      boolean hasDefault =
          cases.stream()
              .flatMap(one -> one.getLabels().stream())
              .anyMatch(label -> label instanceof DefaultCaseLabelTree);
      boolean names =
          cases.stream().flatMap(one -> one.getLabels().stream()).anyMatch(this::isNameOrType);
      if (hasDefault && names) {
        defaults.add(place(tree));
      }
    }

    private boolean isNameOrType(Tree label) {
      return label instanceof PatternCaseLabelTree
          || label instanceof ConstantCaseLabelTree constant
              && constant.getConstantExpression() instanceof IdentifierTree;
    }
  }
}
