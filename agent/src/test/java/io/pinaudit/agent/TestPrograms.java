package io.pinaudit.agent;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The programs that the tests run under the agent, compiled when they are needed. */
final class TestPrograms {
  private static final Path SOURCES = Path.of(System.getProperty("pinaudit.agent.programs"));
  static final Path WORK = Path.of(System.getProperty("pinaudit.agent.work"));
  static final Path JAR = Path.of(System.getProperty("pinaudit.agent.jar"));

  /** The class path of the libraries that programs call native functions through. */
  static final String LIBRARIES =
      Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
          .filter(path -> Path.of(path).getFileName().toString().matches("(jna|jnr|jffi|asm)-.*"))
          .collect(Collectors.joining(File.pathSeparator));

  private TestPrograms() {}

  /** Compiles a program, and what it uses, for a release; returns where its classes are. */
  static Path compile(String program, int release) throws IOException {
    Path classes = WORK.resolve("classes-" + release).resolve(program);
    Files.createDirectories(classes);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options =
          List.of(
              "--release",
              Integer.toString(release),
              "-d",
              classes.toString(),
              "-cp",
              JAR + File.pathSeparator + LIBRARIES,
              "-sourcepath",
              SOURCES.toString());
      boolean compiled =
          compiler
              .getTask(
                  messages, files, null, options, null, files.getJavaFileObjects(source(program)))
              .call();
      if (!compiled) {
        throw new IOException(messages.toString());
      }
    }
    return classes;
  }

  /** The number of the line of a program that ends in the comment {@code line NAME}. */
  static int line(String program, String name) throws IOException {
    List<String> lines = Files.readAllLines(source(program));
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).endsWith("// line " + name)) {
        return i + 1;
      }
    }
    throw new IOException("no line " + name + " in " + program);
  }

  private static Path source(String program) {
    return SOURCES.resolve(program + ".java");
  }
}
