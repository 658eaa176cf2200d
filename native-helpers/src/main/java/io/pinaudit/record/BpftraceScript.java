package io.pinaudit.record;

import io.pinaudit.linux.Syscalls;
import io.pinaudit.linux.event.EventFormat;
import io.pinaudit.linux.event.Expression;
import io.pinaudit.linux.event.PrintFormat;
import io.pinaudit.probe.FetchArgument;
import io.pinaudit.probe.Meaning;
import io.pinaudit.probe.Probe;
import io.pinaudit.run.Evidence;
import io.pinaudit.run.Marks;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A bpftrace program that prints, for each probe of a set, the very line that ftrace would: so both
 * recorders see the same, and one reader reads both.
 *
 * <p>Kernel structs are not named, their members are reached by offset, because bpftrace would read
 * the kernel's whole BTF otherwise.
 */
final class BpftraceScript {
  private static final Pattern FILTER_WORD =
      Pattern.compile("0x\\p{XDigit}+|\\d+|[A-Za-z_]\\w*|&&|\\|\\||[=!<>]=|[&()<>!]|\\s+|.");

  /** The group of the tracepoints of system calls. */
  static final String SYSCALLS = "syscalls";

  private static final Pattern TYPE_NAME = Pattern.compile("(?:const )?([A-Za-z_]\\w*)");
  private static final Set<String> C_TYPES =
      Set.of("char", "short", "int", "long", "unsigned", "signed", "bool");

  /** bpftrace itself replaces these where a system call's argument makes 8 bytes of them. */
  private static final Set<String> WIDENED_TYPES = Set.of("u32", "pid_t", "uid_t", "gid_t");

  /** Of fs/dax.c, and one more bit that marks a value in the tree of pages. */
  private static final int ENTRY_SHIFT = 5;

  private static final int HUGE_PAGES = 512;
  private static final int PAGE_STRUCT_BYTES = 64;
  private static final int FRAMES = 16;
  private static final Set<Meaning> WITH_STACK =
      EnumSet.of(Meaning.PAGE_LEFT, Meaning.PAGE_REMOVED, Meaning.LAYOUT_BREAK_BLOCKED);

  /** To look at the clock costs far less than to print. */
  private static final String LATELY = "@left && nsecs - @left < 10000000000";

  private static final String HEAD = "%16s-%-7d (%7d) [%03d] %5d.%09d: ";

  private static final String FOLLOWED_OR_WORKER =
      Probe.Function.WORKERS.stream()
          .map(name -> "strncmp(comm, \"%s\", %d) == 0".formatted(name, name.length()))
          .collect(Collectors.joining(" || ", "(@followed[tid] || ", ")"));

  private final BpftraceVersion version;
  private final String clock;
  private final long vmemmapBase;
  private final String header;
  private final Map<String, String> types = new TreeMap<>();
  private final StringBuilder text = new StringBuilder();
  private final List<String> entered = new ArrayList<>();
  private final List<String> left = new ArrayList<>();
  private final Set<String> fieldsRead = new LinkedHashSet<>();
  private boolean followed;
  private boolean hazards;

  /**
   * Begins a program.
   *
   * @param vmemmapBase what stands for {@code @vmemmap_base}; 0 lets bpftrace look it up
   */
  BpftraceScript(BpftraceVersion version, String kernelRelease, String setName, long vmemmapBase) {
    this.version = version;
    this.clock = version.choosesClock() ? "nsecs(monotonic)" : "nsecs";
    this.vmemmapBase = vmemmapBase;
    this.header =
        """
        #!/usr/bin/env bpftrace
        /*
         * Prints who pins, drops, frees, allocates and waits for storage blocks, one ftrace line for each.
         *
         * Usage:         bpftrace -f json -o kernel.bpftrace THIS_FILE    (ends with SIGTERM or SIGINT)
         *                pinaudit analyze kernel.bpftrace
         * Example:                  java-215     (    212) [001]    12.345678901: ext4_free_blocks: dev 259,0 …
         * Requirements:  root; bpftrace %s; x86-64; made for kernel %s and
         *                valid until its next boot: it holds addresses and offsets of that kernel.
         * Clock:         %s
         * Overhead:      only pages and devices that the probe set filters for are
         *                printed (docs/inputs.md describes both recorders).
         * Probe set:     %s
         */
        """
            .formatted(
                version,
                kernelRelease,
                version.choosesClock()
                    ? "CLOCK_MONOTONIC"
                    : "CLOCK_BOOTTIME (this bpftrace has no other; they differ by the time"
                        + " suspended)",
                setName);
  }

  /**
   * Adds the marks at both ends of the trace.
   *
   * @param firstThread the first of the threads to follow; 0 follows all threads
   */
  BpftraceScript frame(int firstThread) {
    String begin = mark(Marks.START) + (firstThread == 0 ? "" : follow(firstThread));
    String end = mark(Marks.END) + (firstThread == 0 ? "" : " clear(@followed);");
    clause("BEGIN", "", hazards ? begin + " @left = (uint64)0;" : begin);
    clause("END", "", hazards ? end + " clear(@left);" : end);
    followed = firstThread != 0;
    if (followed) {
      types.put("pid_t", "unsigned int");
      clause(
          "tracepoint:sched:sched_process_fork",
          "@followed[" + argument("parent_pid") + "]",
          "@followed[" + argument("child_pid") + "] = 1;");
      clause("tracepoint:sched:sched_process_exit", "@followed[tid]", "delete(@followed[tid]);");
    }
    return this;
  }

  /**
   * Sets whether pins are printed. If they are not, the script tells by which way the kernel came
   * to a page that somebody holds, and tells of a free only if such a page has left its file
   * lately. Call this before {@link #frame}.
   */
  BpftraceScript hazards(boolean alone) {
    hazards = alone;
    return this;
  }

  private static String follow(int thread) {
    return " @followed[(int32)" + thread + "] = 1;";
  }

  private String mark(String mark) {
    return print("tracing_mark_write: " + mark, List.of());
  }

  /**
   * Adds a kprobe or kretprobe.
   *
   * @throws IllegalArgumentException if bpftrace cannot say it
   */
  void add(Probe.Function probe, String arguments, String filter) {
    List<FetchArgument> fetched = FetchArgument.parse(arguments);
    StringBuilder format = new StringBuilder(probe.name());
    format.append(
        probe.onReturn()
            ? ": (return <- " + probe.symbol() + ")"
            : ": (" + probe.symbol() + "+0x0)");
    fetched.forEach(
        argument ->
            format
                .append(' ')
                .append(argument.name())
                .append('=')
                .append(conversion(argument.type())));
    String name = (probe.onReturn() ? "kretprobe:" : "kprobe:") + probe.symbol();
    String owner = probe.followed() && followed ? FOLLOWED_OR_WORKER : "";
    boolean stack = hazards && WITH_STACK.contains(probe.meaning());
    format.append(stack ? " stack=%s" : "");
    List<String> more = stack ? List.of("kstack(perf, " + FRAMES + ")") : List.of();
    List<String> cheap = new ArrayList<>();
    List<String> deep = new ArrayList<>();
    for (String part : conjuncts(filter)) {
      (filtersMemory(fetched, part) ? deep : cheap).add(part);
    }
    Map<String, String> fields = new HashMap<>();
    fetched.stream().filter(one -> !isMemory(one)).forEach(o -> fields.put(o.name(), fetch(o)));
    String wanted = condition(String.join(" && ", cheap), fields::get);
    String predicate =
        owner.isEmpty() || wanted.isEmpty() ? owner + wanted : owner + " && (" + wanted + ")";
    if (deep.isEmpty()) {
      clause(name, predicate, print(format.toString(), values(fetched, this::fetch, more)));
    } else {
      String print =
          print(format.toString(), values(fetched, one -> "$" + one.name(), more))
              + (hazards && probe.meaning() == Meaning.PAGE_LEFT ? " @left = nsecs;" : "");
      String condition = condition(String.join(" && ", deep), inVariable(fetched));
      clause(name, predicate, loads(fetched) + when(condition, print));
    }
  }

  private static List<String> values(
      List<FetchArgument> fetched, Function<FetchArgument, String> value, List<String> more) {
    return Stream.concat(fetched.stream().map(value), more.stream()).toList();
  }

  /** Returns the parts of a filter of which all must hold. */
  static List<String> conjuncts(String filter) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    int depth = 0;
    for (MatchResult word : FILTER_WORD.matcher(filter).results().toList()) {
      String text = word.group();
      depth += text.equals("(") ? 1 : text.equals(")") ? -1 : 0;
      if (depth == 0 && text.equals("||")) {
        return List.of(filter);
      }
      if (depth == 0 && text.equals("&&")) {
        parts.add(part.toString().strip());
        part.setLength(0);
      } else {
        part.append(text);
      }
    }
    if (!part.isEmpty()) {
      parts.add(part.toString().strip());
    }
    return parts;
  }

  /**
   * Returns whether a filter uses values from memory. The program then reads each of them once,
   * into a variable: the verifier gives up on programs with many reads.
   */
  private static boolean filtersMemory(List<FetchArgument> fetched, String filter) {
    Set<String> words =
        FILTER_WORD.matcher(filter).results().map(MatchResult::group).collect(Collectors.toSet());
    return fetched.stream().anyMatch(one -> isMemory(one) && words.contains(one.name()));
  }

  private static boolean isMemory(FetchArgument one) {
    return switch (one.value()) {
      case FetchArgument.Memory _, FetchArgument.SumOver _ -> true;
      case FetchArgument.Register _,
          FetchArgument.Result _,
          FetchArgument.Immediate _,
          FetchArgument.Variable _,
          FetchArgument.PageOf _ ->
          false;
    };
  }

  private String loads(List<FetchArgument> fetched) {
    return fetched.stream()
        .map(
            one ->
                one.value() instanceof FetchArgument.SumOver sum
                    ? sum(one.name(), sum)
                    : "$" + one.name() + " = " + fetch(one) + "; ")
        .collect(Collectors.joining());
  }

  /** Returns a loop of constant bound without a branch, because the verifier follows no other. */
  private String sum(String name, FetchArgument.SumOver sum) {
    return "$%s = (int64)0; $first = %s; $n = (uint64)0; while ($n < %d) { $%s += *(int32 *)($first + $n * %d + %d); $n++; } "
        .formatted(
            name,
            value(new FetchArgument.PageOf(sum.entry())),
            HUGE_PAGES,
            name,
            PAGE_STRUCT_BYTES,
            sum.offsetBytes());
  }

  private static Function<String, String> inVariable(List<FetchArgument> fetched) {
    Set<String> names = fetched.stream().map(FetchArgument::name).collect(Collectors.toSet());
    return name -> names.contains(name) ? "$" + name : null;
  }

  private static String conversion(FetchArgument.Type type) {
    return switch (type.letter()) {
      case 'x' -> "0x%llx";
      case 's' -> type.bits() == 64 ? "%lld" : "%d";
      default -> type.bits() == 64 ? "%llu" : "%u";
    };
  }

  private String fetch(FetchArgument argument) {
    String type = (argument.type().letter() == 's' ? "int" : "uint") + argument.type().bits();
    return argument.value() instanceof FetchArgument.Memory memory
        ? load(type, memory)
        : "(" + type + ")" + value(argument.value());
  }

  private String load(String type, FetchArgument.Memory memory) {
    return "*(%s *)(%s + %d)".formatted(type, value(memory.address()), memory.offsetBytes());
  }

  private String value(FetchArgument.Value value) {
    return switch (value) {
      case FetchArgument.Register register -> "arg" + (register.number() - 1);
      case FetchArgument.Result() -> "retval";
      case FetchArgument.Immediate immediate -> Long.toString(immediate.value());
      case FetchArgument.SumOver _ ->
          throw new IllegalArgumentException("a sum that no filter asks for");
      case FetchArgument.PageOf page ->
          "((uint64)%s + ((uint64)%s >> %d) * %d)"
              .formatted(
                  value(new FetchArgument.Variable("vmemmap_base")),
                  value(page.entry()),
                  ENTRY_SHIFT,
                  PAGE_STRUCT_BYTES);
      case FetchArgument.Variable variable ->
          variable.symbol().equals("vmemmap_base") && vmemmapBase != 0
              ? "0x" + Long.toHexString(vmemmapBase)
              : "*(uint64 *)kaddr(\"" + variable.symbol() + "\")";
      case FetchArgument.Memory memory -> load("uint64", memory);
    };
  }

  /**
   * Adds a tracepoint, printed as its own format says.
   *
   * @throws IllegalArgumentException if bpftrace cannot say it
   */
  void add(Probe.Tracepoint probe, EventFormat format, String filter) {
    format.fields().forEach(this::defineType);
    StringBuilder template = new StringBuilder();
    List<String> values = new ArrayList<>();
    PrintFormat print =
        format
            .print()
            .orElseThrow(() -> new IllegalArgumentException("no translation for its print fmt"));
    for (PrintFormat.Piece piece : print.pieces()) {
      switch (piece) {
        case PrintFormat.Literal literal -> template.append(quoted(literal.text()));
        case PrintFormat.Conversion conversion -> convert(conversion, template, values);
      }
    }
    String condition = condition(filter, this::field);
    clause(
        "tracepoint:" + probe.group() + ":" + probe.name(),
        owner(probe),
        loads() + when(condition, print(quoted(probe.name()) + ": " + template, values)));
  }

  private String owner(Probe.Tracepoint probe) {
    if (probe.group().equals(SYSCALLS) && followed) {
      return "@followed[tid]";
    }
    return hazards && probe.evidence() == Evidence.FREES ? LATELY : "";
  }

  /**
   * Reads every field that was asked for once, into a variable: the verifier of some kernels
   * refuses what the compiler makes of several reads of one.
   */
  private String loads() {
    String loads =
        fieldsRead.stream()
            .map(name -> "$" + name + " = " + argument(name) + "; ")
            .collect(Collectors.joining());
    fieldsRead.clear();
    return loads;
  }

  private static String when(String condition, String action) {
    return condition.isEmpty() ? action : "if (" + condition + ") { " + action + " }";
  }

  /**
   * Adds the begin or the end of a system call to those that are told by number: two programs for
   * all of them are attached much faster than two for each.
   *
   * @throws IllegalArgumentException if there is no such system call
   */
  void addSyscall(Probe.Tracepoint probe) {
    boolean enter = probe.name().startsWith("sys_enter_");
    String name = probe.name().substring(enter ? "sys_enter_".length() : "sys_exit_".length());
    int number =
        Syscalls.number(name)
            .orElseThrow(() -> new IllegalArgumentException("no number for system call " + name));
    (enter ? entered : left).add("$id == " + number);
  }

  private String syscalls() {
    return syscalls("sys_enter", entered, "sys_enter: NR %lld", List.of("id"))
        + syscalls("sys_exit", left, "sys_exit: NR %lld = %lld", List.of("id", "ret"));
  }

  private String syscalls(
      String event, List<String> conditions, String format, List<String> fields) {
    if (conditions.isEmpty()) {
      return "";
    }
    List<String> values = fields.stream().map(this::field).toList();
    return clauseText(
        "tracepoint:raw_syscalls:" + event,
        followed ? "@followed[tid]" : "",
        loads() + when(String.join(" || ", conditions), print(format, values)));
  }

  private static String quoted(String text) {
    return text.replace("%", "%%").replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", " ");
  }

  private void convert(
      PrintFormat.Conversion conversion, StringBuilder format, List<String> values) {
    if (conversion.letter() != 's') {
      String width = conversion.width() == 0 ? "" : Integer.toString(conversion.width());
      String length = conversion.bits() == 64 ? "ll" : "";
      char letter = conversion.letter() == 'i' ? 'd' : conversion.letter();
      format
          .append('%')
          .append(conversion.flags())
          .append(width)
          .append(letter == 'p' ? "" : length);
      format.append(letter);
      values.add(expression(conversion.value()));
    } else if (conversion.value() instanceof Expression.Call call
        && call.name().startsWith("__print_")) {
      format.append("0x%x");
      values.add(expression(call.arguments().getFirst()));
    } else if (conversion.value() instanceof Expression.Call call
        && call.name().equals("__get_str")
        && call.arguments().getFirst() instanceof Expression.FieldValue text) {
      format.append("%s");
      values.add("str(" + argument(text.name()) + ")");
    } else {
      format.append('-');
    }
  }

  private String field(String name) {
    fieldsRead.add(name);
    return "$" + name;
  }

  private String argument(String name) {
    return (version.choosesClock() ? "args." : "args->") + name;
  }

  private String expression(Expression expression) {
    return switch (expression) {
      case Expression.Constant number -> Long.toString(number.value());
      case Expression.FieldValue value -> field(value.name());
      case Expression.Element element ->
          argument(element.name()) + "[" + expression(element.index()) + "]";
      case Expression.Unary unary -> unary.operator() + "(" + expression(unary.operand()) + ")";
      case Expression.Binary binary ->
          "(%s %s %s)"
              .formatted(expression(binary.left()), binary.operator(), expression(binary.right()));
      case Expression.Conditional conditional ->
          "(%s ? %s : %s)"
              .formatted(
                  expression(conditional.condition()),
                  expression(conditional.whenTrue()),
                  expression(conditional.whenFalse()));
      case Expression.Cast cast ->
          "(%sint%d)%s"
              .formatted(cast.signed() ? "" : "u", cast.bits(), expression(cast.operand()));
      case Expression.Call call ->
          throw new IllegalArgumentException("no translation for " + call.name());
      case Expression.Text _, Expression.Group _ ->
          throw new IllegalArgumentException("no translation for text in arithmetic");
    };
  }

  /**
   * Translates a filter of tracefs and replaces its fields. bpftrace needs a cast for constants
   * above 2^63.
   */
  private static String condition(String filter, Function<String, String> fields) {
    Matcher words = FILTER_WORD.matcher(filter);
    return words
        .results()
        .map(word -> word.group())
        .map(
            word -> {
              char first = word.charAt(0);
              if (first == '~' || first == '"') {
                throw new IllegalArgumentException("no translation for filter '" + filter + "'");
              }
              if (word.startsWith("0x") && word.length() == 18) {
                return "(uint64)" + word;
              }
              return Character.isLetter(first) || first == '_' ? known(word, fields) : word;
            })
        .collect(Collectors.joining());
  }

  private static String known(String name, Function<String, String> fields) {
    String value = fields.apply(name);
    if (value == null) {
      throw new IllegalArgumentException("no field '" + name + "' to filter by");
    }
    return value;
  }

  private String print(String format, List<String> values) {
    String arguments = values.isEmpty() ? "" : ", " + String.join(", ", values);
    return "$t = %s; printf(\"%s%s\\n\", comm, tid, pid, cpu, $t / 1000000000, $t %% 1000000000%s);"
        .formatted(clock, HEAD, format, arguments);
  }

  private void clause(String probe, String condition, String action) {
    text.append(clauseText(probe, condition, action));
  }

  private static String clauseText(String probe, String condition, String action) {
    return "\n"
        + probe
        + (condition.isEmpty() ? "" : "\n/ " + condition + " /")
        + "\n{\n  "
        + action
        + "\n}\n";
  }

  /**
   * Types that the kernel names in a format are told to old releases of bpftrace, which we start
   * without BTF and which would not find those of modules in it.
   */
  private void defineType(EventFormat.Field field) {
    Matcher name = TYPE_NAME.matcher(field.type());
    boolean known =
        version.choosesClock()
            || !name.matches()
            || C_TYPES.contains(name.group(1))
            || field.sizeBytes() == Long.BYTES && WIDENED_TYPES.contains(name.group(1));
    if (!known && !field.array()) {
      String other = types.putIfAbsent(name.group(1), integer(field));
      if (other != null && !other.equals(integer(field))) {
        throw new IllegalArgumentException(
            "type " + name.group(1) + " is " + other + " in other events");
      }
    }
  }

  /** Sizes matter, signs do not: the print format casts. */
  private static String integer(EventFormat.Field field) {
    return switch (field.sizeBytes()) {
      case 1 -> "unsigned char";
      case 2 -> "unsigned short";
      case 4 -> "unsigned int";
      default -> "unsigned long long";
    };
  }

  @Override
  public String toString() {
    if (!version.choosesClock()) {
      types.put("s64", "long long");
      types.put("u64", "unsigned long long");
    }
    StringBuilder definitions = new StringBuilder();
    types.forEach((name, type) -> definitions.append("#define %s %s\n".formatted(name, type)));
    return header + "\n" + definitions + text + syscalls();
  }
}
