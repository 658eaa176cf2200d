package io.pinaudit.agent;

import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** The programs that the tests run under the agent, compiled when they are needed. */
final class TestPrograms {
  private static final Path SOURCES = Path.of(System.getProperty("pinaudit.agent.programs"));
  static final Path WORK = Path.of(System.getProperty("pinaudit.agent.work"));
  static final Path JAR = Path.of(System.getProperty("pinaudit.agent.jar"));

  /** The class path of the libraries that programs call native functions through. */
  static final String LIBRARIES = jars("(jna|jnr|jffi|asm|byte-buddy)-.*");

  /** Another agent. */
  static final String JACOCO = jars("org.jacoco.agent-.*");

  private TestPrograms() {}

  private static String jars(String names) {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(path -> Path.of(path).getFileName().toString().matches(names))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /** Compiles a program, and what it uses, for a release; returns where its classes are. */
  static Path compile(String program, int release) throws IOException {
    Path classes = WORK.resolve("classes-" + release).resolve(program);
    Files.createDirectories(classes);
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    StringWriter messages = new StringWriter();
    try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
      List<String> options = new ArrayList<>();
      // With 0 for what is not of every JDK: jdk.unsupported, jdk.nio.mapmode.
      options.addAll(
          release == 0
              ? List.of("-source", "17", "-target", "17", "-Xlint:-options")
              : List.of("--release", Integer.toString(release)));
      options.addAll(
          List.of(
              "-d",
              classes.toString(),
              "-cp",
              JAR + File.pathSeparator + LIBRARIES,
              "-sourcepath",
              SOURCES.toString()));
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

  /** The classes of a program, and of what it uses, in a jar; always the same one. */
  static Path jar(String program) throws IOException {
    Path jar = WORK.resolve(program + ".jar");
    Path classes = compile(program, 17);
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar));
        Stream<Path> files = Files.walk(classes)) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        ZipEntry entry = new ZipEntry(classes.relativize(file).toString());
        entry.setTime(0);
        out.putNextEntry(entry);
        Files.copy(file, out);
      }
    }
    return jar;
  }

  /** A program, and what it uses, as the module {@code application}, in the package {@code app}. */
  static void compileModule(String program, Path modules) throws IOException {
    Path sources = Files.createDirectories(modules.resolveSibling("sources/app"));
    Files.writeString(
        sources.resolveSibling("module-info.java"), "module application { exports app; }");
    for (String name : List.of(program, "Stat")) {
      String text = Files.readString(source(name));
      Files.writeString(sources.resolve(name + ".java"), "package app;\n" + text);
    }
    Process javac =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                "--release",
                "17",
                "-d",
                modules.resolve("application").toString(),
                sources.resolveSibling("module-info.java").toString(),
                sources.resolve(program + ".java").toString(),
                sources.resolve("Stat.java").toString())
            .inheritIO()
            .start();
    try {
      if (javac.waitFor() != 0) {
        throw new IOException("javac fails");
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
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
